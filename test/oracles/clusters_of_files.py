"""
What scikit-learn makes of the customers that `tarang analyze` clustered: python clusters_of_files.py TRANSACTIONS.csv AS_OF RFM.csv KS, JSON on stdout.

Points are made here from transactions.csv, by pandas, as docs/models.md says: days since the last and the first order, orders, money and the mean order, each
as a logarithm where it is skewed beyond 1 and a logarithm is less so, in deviations from its mean, four at most. RFM.csv tells the cluster of each
customer, and KS (2,3,4) for which numbers of clusters the best inertia is asked.
"""

import json
import sys

import numpy as np
import pandas as pd
from scipy.stats import skew
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

lines = pd.read_csv(sys.argv[1], dtype={"customer_id": str, "transaction_id": str, "product_id": str}, keep_default_na=False)
as_of = pd.Timestamp(sys.argv[2])
told = pd.read_csv(sys.argv[3], dtype={"customer_id": str}).set_index("customer_id").cluster
ks = [int(k) for k in sys.argv[4].split(",")]

lines["at"] = pd.to_datetime(lines.purchase_date)
lines["paid"] = lines.price * lines.quantity
bought = lines[(lines.customer_id != "") & (lines.paid > 0)]
facts = bought.groupby("customer_id").agg(
    first=("at", "min"), last=("at", "max"), orders=("transaction_id", "nunique"), gross=("paid", "sum")
)
day = pd.Timedelta(days=1)
features = pd.DataFrame(
    {
        "recency": (as_of - facts["last"]) / day,
        "frequency": facts.orders.astype(float),
        "monetary": facts.gross,
        "averageOrder": facts.gross / facts.orders,
        "tenure": (as_of - facts["first"]) / day,
    }
)


def standardised(values):
    if abs(skew(values)) > 1:
        logs = np.sign(values) * np.log1p(np.abs(values))
        if abs(skew(logs)) < abs(skew(values)):
            values = logs
    return np.clip((values - values.mean()) / values.std(ddof=0), -4, 4)


points = features.apply(standardised).to_numpy()
labels = told.reindex(facts.index).to_numpy()
centres = pd.DataFrame(points).groupby(labels).transform("mean").to_numpy()
best = {k: KMeans(n_clusters=k, n_init=20, max_iter=300, tol=1e-6, random_state=7).fit(points).inertia_ for k in ks}
json.dump(
    {
        "rows": len(points),
        "k": len(np.unique(labels)),
        "inertia": float(((points - centres) ** 2).sum()),
        "silhouette": float(silhouette_score(points, labels)) if len(points) <= 5000 else None,
        "best": best,
    },
    sys.stdout,
)
