-- Where on `item-events` the words of a product changed last.
ALTER TABLE products ADD COLUMN text_offset bigint NOT NULL DEFAULT 0;
CREATE INDEX products_text ON products (partition, text_offset, product_id);

-- A text as a vector of 4-byte floats, little-endian, of length 1; texts with nothing in them have none. `at` is when a message was
-- written (epoch ms), 0 of a product. All of a customer's go by `customer_id`, which is '' for products.
CREATE TABLE text_vectors (
  space text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('product', 'message')),
  id text NOT NULL,
  customer_id text NOT NULL DEFAULT '',
  digest text NOT NULL,
  vector bytea NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (space, kind, id, customer_id)
);
CREATE INDEX text_vectors_customer ON text_vectors (customer_id, space, at DESC) WHERE customer_id <> '';

-- Who makes vectors: of a family the space that became ready last is the one to read.
CREATE TABLE text_spaces (
  space text PRIMARY KEY,
  family text NOT NULL,
  dims integer NOT NULL,
  state text NOT NULL CHECK (state IN ('building', 'ready')),
  began_at bigint NOT NULL,
  ready_at bigint
);

-- How far a walk over all texts has come in a partition: after this text, in the order of the log.
CREATE TABLE text_cursors (
  space text NOT NULL,
  walk text NOT NULL,
  kind text NOT NULL,
  partition integer NOT NULL,
  log_offset bigint NOT NULL,
  customer_id text NOT NULL,
  id text NOT NULL,
  PRIMARY KEY (space, walk, kind, partition)
);

-- Why a family makes no vectors for now.
CREATE TABLE text_troubles (
  family text PRIMARY KEY,
  reason text NOT NULL,
  since bigint NOT NULL
);
