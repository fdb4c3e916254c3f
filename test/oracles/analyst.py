"""
What `npm run bench -- analytics` compares with: the same analysis as a practised analyst writes it with pandas, scikit-learn, scipy and
lifetimes.

    python analyst.py CUSTOMERS.csv PRODUCTS.csv TRANSACTIONS.csv OUT [AS_OF]

Everything is vectorised; nothing loops over rows. Its stages are those of `tarang analyze`: read, validate, RFM in quintiles of both conventions with
segments and outliers, k-means for k = 2 to 10 with silhouettes on 5,000 rows and stability on 1,000, BG/NBD and Gamma-Gamma, cohorts and seasons, associations of products,
three products for every customer by item-item cosine with what they bring by the last 30 days, tables as CSV, and charts where matplotlib is installed
(requirements.txt leaves it out). Left out, in its favour: intervals of forecasts, repairs of dates and numbers, HTML and PDF. Seconds of each stage
are printed as JSON.
"""

import json
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from lifetimes import BetaGeoFitter, GammaGammaFitter
from lifetimes.utils import summary_data_from_transaction_data
from scipy import sparse
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, calinski_harabasz_score, silhouette_samples, silhouette_score
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")
SAMPLE, RESAMPLED, STARTS, HORIZON, HELD_OUT = 5000, 1000, 10, 365, 30
seconds, begun = {}, time.perf_counter()


def told(stage):
    global begun
    now = time.perf_counter()
    seconds[stage] = round(now - begun, 3)
    begun = now


def read(files):
    columns = {"customer_id": str, "product_id": str, "transaction_id": str}
    return [pd.read_csv(path, dtype=columns) for path in files]


def validated(customers, products, lines):
    """Converts, drops what cannot be used or is there twice, and counts it."""
    problems = {}

    def keep(frame, good, name):
        problems[name] = int((~good).sum())
        return frame if good.all() else frame[good]

    customers["registration_date"] = pd.to_datetime(customers.registration_date, format="ISO8601", errors="coerce")
    products["price"] = pd.to_numeric(products.price, errors="coerce")
    lines["purchase_date"] = pd.to_datetime(lines.purchase_date, format="ISO8601", errors="coerce")
    for column in ("price", "quantity"):
        lines[column] = pd.to_numeric(lines[column], errors="coerce")
    customers = keep(customers, customers.customer_id.notna() & ~customers.duplicated("customer_id"), "customers")
    products = keep(products, products.product_id.notna() & ~products.duplicated("product_id"), "products")
    problems["emails"] = int((~customers.email.str.contains(r"^[^@\s]+@[^@\s]+\.[^@\s]+$", na=False)).sum())
    problems["product_prices"] = int((products.price <= 0).sum())
    lines = keep(lines, lines[["customer_id", "product_id", "purchase_date", "price"]].notna().all(axis=1), "missing")
    lines = keep(lines, ~lines.duplicated(), "duplicates")
    lines = keep(lines, lines.customer_id.isin(customers.customer_id), "unknown_customers")
    lines = keep(lines, lines.product_id.isin(products.product_id), "unknown_products")
    lines = keep(lines, (lines.price > 0) & (lines.quantity > 0), "prices")
    registered = lines.customer_id.map(customers.set_index("customer_id").registration_date)
    problems["before_registration"] = int((lines.purchase_date < registered).sum())
    return customers, products, lines.assign(amount=lines.price * lines.quantity), problems


def rfm(lines, as_of):
    table = lines.groupby("customer_id").agg(
        first=("purchase_date", "min"), last=("purchase_date", "max"), frequency=("transaction_id", "nunique"), monetary=("amount", "sum")
    )
    table["recency"] = (as_of - table["last"]).dt.days
    table["tenure"] = (as_of - table["first"]).dt.days
    for score, column, ascending in [("r", "recency", False), ("f", "frequency", True), ("m", "monetary", True)]:
        worse = table[column].rank(method="min", ascending=ascending) - 1
        table[score] = (1 + (5 * worse) // len(table)).clip(upper=5).astype(int)
        table[f"{score}_first"] = pd.qcut(table[column].rank(method="first", ascending=ascending), 5, labels=[1, 2, 3, 4, 5]).astype(int)
    for column in ("recency", "frequency", "monetary"):
        low, high = table[column].quantile([0.25, 0.75])
        reach = 1.5 * (high - low)
        table[f"{column}_outlier"] = (table[column] < low - reach) | (table[column] > high + reach)
    r, f = table.r, table.f
    rules = [
        ("Champions", (r >= 4) & (f >= 4)),
        ("Loyal Customers", (r >= 3) & (f >= 4)),
        ("New Customers", (r == 5) & (f == 1)),
        ("Potential Loyalists", (r >= 4) & (f >= 2)),
        ("Promising", (r == 4) & (f == 1)),
        ("Need Attention", (r == 3) & (f == 3)),
        ("About to Sleep", (r == 3) & (f <= 2)),
        ("Cannot Lose Them", (r <= 1) & (f >= 4)),
        ("At Risk", (r <= 2) & (f >= 3)),
        ("Hibernating", (r == 2) & (f <= 2)),
    ]
    table["segment"] = np.select([rule for _, rule in rules], [name for name, _ in rules], "Lost")
    return table


def stability(points, k, random, pairs=10):
    """How far k-means of pairs of resamples agree on all rows (Fang & Wang 2012)."""

    def labels():
        some = points[random.integers(0, len(points), len(points))]
        return KMeans(n_clusters=k, n_init=4, max_iter=50, random_state=int(random.integers(1 << 31))).fit(some).predict(points)

    return float(np.mean([adjusted_rand_score(labels(), labels()) for _ in range(pairs)]))


def clusters(table):
    features = table[["recency", "frequency", "monetary", "tenure"]].assign(mean_order=table.monetary / table.frequency)
    skewed = features.columns[features.skew().abs() > 1]
    features[skewed] = np.log1p(features[skewed])
    points = StandardScaler().fit_transform(features)
    random = np.random.default_rng(42)
    rows = random.choice(len(points), min(SAMPLE, len(points)), replace=False)
    few = points[random.choice(len(points), min(RESAMPLED, len(points)), replace=False)]
    evidence, fits = [], {}
    for k in range(2, 11):
        fit = fits[k] = KMeans(n_clusters=k, n_init=STARTS, random_state=42).fit(points)
        evidence.append(
            {
                "k": k,
                "inertia": fit.inertia_,
                "silhouette": silhouette_score(points[rows], fit.labels_[rows]),
                "calinski_harabasz": calinski_harabasz_score(points, fit.labels_),
                "stability": stability(few, k, random),
            }
        )
    best = max(evidence, key=lambda one: one["silhouette"])["k"]
    table["cluster"] = fits[best].labels_
    of_each = pd.Series(silhouette_samples(points[rows], fits[best].labels_[rows])).groupby(fits[best].labels_[rows]).mean()
    centres = table.groupby("cluster")[["recency", "frequency", "monetary", "tenure"]].mean().assign(silhouette=of_each)
    return {"k": best, "inertia": fits[best].inertia_, "evidence": evidence, "clusters": centres.reset_index().to_dict("records")}


def value(lines, table, as_of):
    weeks = summary_data_from_transaction_data(lines, "customer_id", "purchase_date", "amount", observation_period_end=as_of)
    weeks[["recency", "T"]] /= 7
    purchases = BetaGeoFitter(penalizer_coef=0.001).fit(weeks.frequency, weeks.recency, weeks["T"])
    table["alive"] = purchases.conditional_probability_alive(weeks.frequency, weeks.recency, weeks["T"])
    table["purchases"] = purchases.conditional_expected_number_of_purchases_up_to_time(HORIZON / 7, weeks.frequency, weeks.recency, weeks["T"])
    repeat = weeks[(weeks.frequency > 0) & (weeks.monetary_value > 0)]
    spend = GammaGammaFitter(penalizer_coef=0.001).fit(repeat.frequency, repeat.monetary_value / 1000)
    table["revenue"] = table.purchases * 1000 * spend.conditional_expected_average_profit(weeks.frequency, weeks.monetary_value / 1000)
    days = lines[["customer_id", "purchase_date"]].drop_duplicates().sort_values(["customer_id", "purchase_date"])
    gaps = days.groupby("customer_id").purchase_date.diff().dt.days
    table["gap_days"] = gaps.groupby(days.customer_id).mean().reindex(table.index)
    table["gap_deviation"] = gaps.groupby(days.customer_id).std().reindex(table.index)
    return {**purchases.params_.to_dict(), **spend.params_.to_dict()}


def calendars(lines, table):
    month = lines.purchase_date.dt.to_period("M")
    cohort = lines.customer_id.map(table["first"]).dt.to_period("M")
    after = (month.dt.year - cohort.dt.year) * 12 + month.dt.month - cohort.dt.month
    kept = lines.assign(cohort=cohort, after=after).groupby(["cohort", "after"]).agg(active=("customer_id", "nunique"), spent=("amount", "sum"))
    months = lines.groupby(month).agg(orders=("transaction_id", "nunique"), customers=("customer_id", "nunique"), gross=("amount", "sum"))
    weekdays = lines.groupby(lines.purchase_date.dt.weekday + 1).amount.sum()
    return kept, months, weekdays / weekdays.mean()


def incidence(rows, columns):
    """How often each pair occurs, as a sparse matrix, and the names of its rows and columns."""
    row, row_names = pd.factorize(rows)
    column, names = pd.factorize(columns)
    shape = (len(row_names), len(names))
    return sparse.csr_matrix((np.ones(len(row), np.float32), (row, column)), shape), row_names, names


def associations(lines):
    orders, _, names = incidence(lines.transaction_id, lines.product_id)
    orders.data[:] = 1
    met = (orders.T @ orders).tocoo()
    has = np.asarray(orders.sum(axis=0)).ravel()
    some = (met.row != met.col) & (met.data >= max(5, 0.0001 * orders.shape[0]))
    first, then, both = met.row[some], met.col[some], met.data[some]
    confidence = both / has[first]
    pairs = pd.DataFrame(
        {
            "product_id": names[first],
            "then_product_id": names[then],
            "orders": both.astype(int),
            "support": both / orders.shape[0],
            "confidence": confidence,
            "lift": confidence * orders.shape[0] / has[then],
        }
    )
    return pairs.sort_values("lift", ascending=False)


def recommendations(lines, products, many=3, at_once=10_000):
    bought, customers, names = incidence(lines.customer_id, lines.product_id)
    bought.data = np.log1p(bought.data)
    lengths = np.sqrt(np.asarray(bought.multiply(bought).sum(axis=0)).ravel())
    scaled = bought @ sparse.diags(1 / lengths)
    alike = np.asarray((scaled.T @ scaled).todense(), dtype=np.float32)
    np.fill_diagonal(alike, 0)
    price = products.set_index("product_id").price.reindex(names).to_numpy()
    parts = []
    for start in range(0, len(customers), at_once):
        some = bought[start : start + at_once]
        scores = some @ alike / np.asarray(some.sum(axis=1))
        scores[some.nonzero()] = -1
        top = np.argpartition(-scores, many, axis=1)[:, :many]
        confidence = np.take_along_axis(scores, top, axis=1)
        order = np.argsort(-confidence, axis=1)
        top, confidence = np.take_along_axis(top, order, axis=1), np.take_along_axis(confidence, order, axis=1)
        parts.append(
            pd.DataFrame(
                {
                    "customer_id": np.repeat(customers[start : start + at_once], many),
                    "product_id": names[top.ravel()],
                    "rank": np.tile(np.arange(1, many + 1), len(top)),
                    "confidence": confidence.ravel(),
                    "price": price[top.ravel()],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def revenue(lists, lines, products, as_of, bands=10, z=1.96):
    """What lists bring in HELD_OUT days: how often such lists were right when those days were held out, with Wilson's interval, times the price."""
    cut = as_of - pd.Timedelta(days=HELD_OUT)
    earlier = lines[lines.purchase_date < cut]
    later = lines.loc[lines.purchase_date >= cut, ["customer_id", "product_id"]].drop_duplicates()
    if not len(earlier) or not len(later):
        return lists
    tried = recommendations(earlier, products).merge(later, how="left", indicator="hit")
    edges = np.unique(tried.confidence.quantile(np.linspace(0, 1, bands + 1)[1:-1]))
    hits = (tried.hit == "both").groupby(np.searchsorted(edges, tried.confidence)).agg(["mean", "size"])
    share, n = hits["mean"], hits["size"]
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    band = pd.Series(np.searchsorted(edges, lists.confidence), lists.index)
    for name, chance in [("", share), ("_low", middle - reach), ("_high", middle + reach)]:
        lists[f"expected_revenue{name}"] = band.map(chance) * lists.price
    return lists


def charts(out, table, months):
    try:
        import matplotlib
    except ImportError:
        return False
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    plots = {
        "segments": lambda ax: table.segment.value_counts().plot.barh(ax=ax),
        "clusters": lambda ax: ax.scatter(table.recency, table.monetary, c=table.cluster, s=2),
        "months": lambda ax: months.gross.plot(ax=ax),
        "recency": lambda ax: table.recency.plot.hist(bins=50, ax=ax),
    }
    (out / "charts").mkdir(exist_ok=True)
    for name, draw in plots.items():
        figure, ax = plt.subplots(figsize=(10, 6))
        draw(ax)
        figure.savefig(out / "charts" / f"{name}.png", dpi=120)
        plt.close(figure)
    return True


files, out = sys.argv[1:4], Path(sys.argv[4])
out.mkdir(parents=True, exist_ok=True)
customers, products, lines = read(files)
told("read")
customers, products, lines, problems = validated(customers, products, lines)
told("validate")
as_of = pd.Timestamp(sys.argv[5]) if len(sys.argv) > 5 else lines.purchase_date.max() + pd.Timedelta(days=1)
table = rfm(lines, as_of)
told("rfm")
found = clusters(table)
told("cluster")
parameters = value(lines, table, as_of)
kept, months, weekdays = calendars(lines, table)
told("value")
pairs = associations(lines)
lists = revenue(recommendations(lines, products), lines, products, as_of)
told("recommend")
table.to_csv(out / "rfm.csv")
lists.to_csv(out / "recommendations.csv", index=False)
pairs.head(10_000).to_csv(out / "associations.csv", index=False)
for name, frame in [("cohorts", kept), ("months", months), ("weekdays", weekdays)]:
    frame.to_csv(out / f"{name}.csv")
segments = table.groupby("segment").agg(customers=("r", "size"), gross=("monetary", "sum"), recency=("recency", "mean"), alive=("alive", "mean"))
segments.to_csv(out / "segments.csv")
sold = lines.groupby("product_id").agg(orders=("transaction_id", "nunique"), customers=("customer_id", "nunique"), gross=("amount", "sum"))
sold.join(products.set_index("product_id")).to_csv(out / "products.csv")
(out / "clusters.json").write_text(json.dumps({**found, "value": parameters}, default=float))
(out / "validation.json").write_text(json.dumps(problems))
drawn = charts(out, table, months)
told("report")
json.dump({"customers": len(customers), "lines": len(lines), "k": found["k"], "charts": drawn, "seconds": seconds}, sys.stdout)
print()
