-- What the processors know, in tables that a person can query. Instants are epoch milliseconds, money is 1/10,000 of the major unit.

CREATE TABLE customers (
  customer_id text PRIMARY KEY,
  partition integer NOT NULL,
  seq bigint NOT NULL,
  first_at bigint,
  last_at bigint,
  orders bigint NOT NULL,
  gross bigint NOT NULL,
  net bigint NOT NULL,
  segment text,
  -- the products this customer is drawn to: [[productId, value, at], …], last touched last
  affinities jsonb NOT NULL,
  consents jsonb NOT NULL
);
CREATE INDEX customers_recency ON customers (partition, last_at) WHERE orders > 0;
CREATE INDEX customers_frequency ON customers (partition, orders) WHERE orders > 0;
CREATE INDEX customers_segment ON customers (segment, customer_id) WHERE segment IS NOT NULL;

-- Traits apply by (occurredAt, id), never by arrival: `stamps` says when each was last set.
CREATE TABLE profiles (
  customer_id text PRIMARY KEY,
  partition integer NOT NULL,
  phone text,
  traits jsonb NOT NULL,
  stamps jsonb NOT NULL
);

CREATE TABLE orders (
  customer_id text NOT NULL,
  order_id text NOT NULL,
  partition integer NOT NULL,
  first_at bigint NOT NULL,
  lines bigint NOT NULL,
  gross bigint NOT NULL,
  PRIMARY KEY (customer_id, order_id)
);

-- The cuts each partition of `events` has been told.
CREATE TABLE customer_cuts (
  part text PRIMARY KEY,
  partition integer NOT NULL,
  cuts jsonb,
  previous jsonb
);

-- What `ranking` last counted of each customer, how many customers stand at each value, and the cuts it published.
CREATE TABLE ranked_customers (
  customer_id text PRIMARY KEY,
  partition integer NOT NULL,
  seq bigint NOT NULL,
  last_at bigint NOT NULL,
  orders bigint NOT NULL,
  gross bigint NOT NULL
);
CREATE TABLE rank_counts (
  dimension text NOT NULL,
  value bigint NOT NULL,
  customers bigint NOT NULL,
  PRIMARY KEY (dimension, value)
);
CREATE TABLE rfm_cuts (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  moved boolean NOT NULL,
  cuts jsonb NOT NULL
);

CREATE TABLE products (
  product_id text PRIMARY KEY,
  partition integer NOT NULL,
  version bigint NOT NULL,
  name text,
  description text,
  category text,
  brand text,
  tags jsonb,
  price text,
  available boolean NOT NULL,
  -- {field: [when, event id]}: what set each field of the catalogue
  stamps jsonb NOT NULL,
  trend_value double precision NOT NULL,
  trend_at bigint NOT NULL,
  norm double precision NOT NULL,
  -- [[productId, value], …]: how often, weighted, one customer was drawn to both
  pairs jsonb NOT NULL
);

-- What `items` last counted of one customer for one product.
CREATE TABLE item_signals (
  product_id text NOT NULL,
  customer_id text NOT NULL,
  partition integer NOT NULL,
  seq bigint NOT NULL,
  at bigint NOT NULL,
  weight double precision NOT NULL,
  near jsonb NOT NULL,
  PRIMARY KEY (product_id, customer_id)
);

-- What the scorer knows of a customer: what they bought, and what they did lately.
CREATE TABLE tastes (
  customer_id text PRIMARY KEY,
  partition integer NOT NULL,
  at bigint NOT NULL,
  bought jsonb NOT NULL,
  recent jsonb NOT NULL
);

-- The newest list of each customer. `batch` is the offset its commit ended at, so that a new owner can publish the last batch again.
CREATE TABLE recommendations (
  customer_id text PRIMARY KEY,
  partition integer NOT NULL,
  batch bigint NOT NULL,
  seq bigint NOT NULL,
  recommendation_id text NOT NULL,
  as_of bigint NOT NULL,
  body jsonb NOT NULL,
  -- the answer of GET /recommendations/{customerId} as it is sent when nothing else is asked
  answer text NOT NULL
);
CREATE INDEX recommendations_batch ON recommendations (partition, batch);
