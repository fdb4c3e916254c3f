-- What became of lists, and what was learnt from it (docs/models.md).

-- A list somebody looked up: once for each hour in which they did.
CREATE TABLE exposures (
  recommendation_id text NOT NULL,
  hour bigint NOT NULL,
  customer_id text NOT NULL,
  -- epoch ms
  at bigint NOT NULL,
  variant text NOT NULL,
  propensity double precision NOT NULL,
  context double precision[] NOT NULL,
  -- what was shown, in its order, with scores and reasons
  items jsonb NOT NULL,
  -- the versions it was made from, and the rest of what made it: answers GET /lineage when the list has been replaced
  made jsonb NOT NULL,
  -- true once the bandits know of it
  counted boolean NOT NULL DEFAULT false,
  -- products of it that the customer clicked or bought in time
  clicked text[] NOT NULL DEFAULT '{}',
  bought text[] NOT NULL DEFAULT '{}',
  revenue bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (recommendation_id, hour)
);
CREATE INDEX exposures_customer ON exposures (customer_id, at);
CREATE INDEX exposures_age ON exposures (at);
CREATE INDEX exposures_uncounted ON exposures (at) WHERE NOT counted;

-- Events that were credited to an exposure: each counts once for each product.
CREATE TABLE outcomes (
  customer_id text NOT NULL,
  event_id text NOT NULL,
  product_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('click', 'purchase')),
  recommendation_id text NOT NULL,
  hour bigint NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (customer_id, event_id, product_id)
);
CREATE INDEX outcomes_age ON outcomes (at);

-- One row: the bandits and the click model as bytes, and how far `customer-changes` was read for them (next offset by partition).
CREATE TABLE learning (
  name text PRIMARY KEY,
  version bigint NOT NULL,
  body bytea NOT NULL,
  offsets jsonb NOT NULL
);

-- GET /lineage asks by the list's own id.
CREATE INDEX recommendations_id ON recommendations (recommendation_id);
