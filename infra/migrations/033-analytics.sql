-- Snapshots of the shop's analytics: what /analytics answers from, and what is told on `analytics-snapshots`. Instants are epoch milliseconds.

CREATE TABLE analytics_snapshots (
  id text PRIMARY KEY,
  -- counts them; the next one is one more than the newest, so two instances never both store it
  seq bigint NOT NULL UNIQUE,
  -- how `body` and `segments` are written: one that this version cannot read is left alone
  format integer NOT NULL,
  taken_at bigint NOT NULL,
  -- from which instant everything that ages was measured
  as_of bigint NOT NULL,
  took_ms bigint NOT NULL,
  buyers bigint NOT NULL,
  -- the record, as it is told to the log
  body text NOT NULL,
  -- a byte for each customer's segment in the order of `analytics_customers`, deflated: an index into `names`, 255 of who has none
  segments bytea NOT NULL,
  names jsonb NOT NULL,
  reported boolean NOT NULL DEFAULT false
);

-- Customers as they were numbered when a snapshot first met them. A number is for good, so any two snapshots can be compared byte by byte.
CREATE TABLE analytics_customers (
  number integer PRIMARY KEY,
  customer_id text NOT NULL UNIQUE
);
