"""
RFM of a shop by pandas alone, from its transactions.csv: python rfm_of_files.py TRANSACTIONS.csv AS_OF, CSV on stdout.

AS_OF is an instant, such as 2011-10-01; recency is whole days before it. What costs nothing is no purchase, and a negative quantity is a refund.
"""

import sys

import pandas as pd

lines = pd.read_csv(sys.argv[1], dtype=str, keep_default_na=False)
as_of = pd.Timestamp(sys.argv[2])
lines = lines[lines.customer_id != ""]
lines["at"] = pd.to_datetime(lines.purchase_date)
# Whole numbers of 1/10,000: their sums are exact.
lines["paid"] = (lines.price.astype(float) * 10_000).round().astype("int64") * lines.quantity.astype("int64")

bought = lines[lines.paid > 0]
facts = bought.groupby("customer_id").agg(last_at=("at", "max"), orders=("transaction_id", "nunique"), gross=("paid", "sum"))
facts["recency"] = (as_of - facts.last_at).dt.days.clip(lower=0)
# Ties go by the code points of ids.
facts = facts.iloc[sorted(range(len(facts)), key=facts.index.to_list().__getitem__)]
for score, column in [("r", "last_at"), ("f", "orders"), ("m", "gross")]:
    worse = facts[column].rank(method="min").astype("int64") - 1
    facts[score] = (1 + 5 * worse // len(facts)).clip(upper=5)
    facts[f"{score}_first"] = pd.qcut(facts[column].rank(method="first"), 5, labels=[1, 2, 3, 4, 5]).astype(int)
facts.drop(columns="last_at").to_csv(sys.stdout)
