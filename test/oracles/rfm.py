"""RFM of UCI Online Retail by pandas alone, from the file itself: python rfm.py online-retail.csv.gz AS_OF, CSV on stdout."""

import sys

import pandas as pd

path, as_of = sys.argv[1], pd.Timestamp(sys.argv[2])
lines = pd.read_csv(path, dtype=str, keep_default_na=False)
lines = lines[lines.CustomerID.str.strip() != ""]
lines["customer"] = lines.CustomerID.str.removesuffix(".0")
lines["at"] = pd.to_datetime(lines.InvoiceDate)
lines["quantity"] = lines.Quantity.astype(int)
# Whole numbers of 1/10,000, as prices have at most four decimals: their sums are exact.
lines["price"] = (lines.UnitPrice.astype(float) * 10_000).round().astype("int64")
lines["paid"] = lines.quantity * lines.price

cancelled = lines.InvoiceNo.str.startswith("C")
bought = lines[~cancelled & (lines.quantity > 0) & (lines.price > 0)]
facts = bought.groupby("customer").agg(
    first_at=("at", "min"), last_at=("at", "max"), orders=("InvoiceNo", "nunique"), gross=("paid", "sum")
)
refunds = lines[cancelled].groupby("customer").paid.sum()
facts["net"] = facts.gross + refunds.reindex(facts.index, fill_value=0)
facts["recency"] = (as_of - facts.last_at).dt.days.clip(lower=0)
facts = facts.sort_index()  # ids are digits here: the order of strings is that of code points

for score, column in [("r", "last_at"), ("f", "orders"), ("m", "gross")]:
    worse = facts[column].rank(method="min").astype("int64") - 1
    facts[score] = (1 + 5 * worse // len(facts)).clip(upper=5)
    facts[f"{score}_first"] = pd.qcut(facts[column].rank(method="first"), 5, labels=[1, 2, 3, 4, 5]).astype(int)

for column in ["recency", "orders", "gross"]:
    low, high = facts[column].quantile([0.25, 0.75])
    reach = 1.5 * (high - low)
    facts[f"{column}_outlier"] = ((facts[column] < low - reach) | (facts[column] > high + reach)).astype(int)

facts["first_at"] = facts.first_at.astype("datetime64[ms]").astype("int64")
facts["last_at"] = facts.last_at.astype("datetime64[ms]").astype("int64")
facts.to_csv(sys.stdout)
