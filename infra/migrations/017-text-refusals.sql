-- Texts that a model could not be brought to embed in a space, and how it failed at them (`model_died`, `model_silent`, `vector_invalid`). They
-- have no vector there, and stand here until they are embedded after all. All of a customer's go by `customer_id`, '' for products.
CREATE TABLE text_refusals (
  space text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('product', 'message')),
  id text NOT NULL,
  customer_id text NOT NULL DEFAULT '',
  code text NOT NULL,
  PRIMARY KEY (space, kind, id, customer_id)
);
CREATE INDEX text_refusals_customer ON text_refusals (customer_id) WHERE customer_id <> '';
