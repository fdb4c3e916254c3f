-- When a product was bought, not only first and last; what was looked at, and what a customer does not want to see.
ALTER TABLE tastes
  ADD looked jsonb NOT NULL DEFAULT '[]',
  ADD disliked jsonb NOT NULL DEFAULT '[]';

-- [product, times, first, last] becomes [product, times, …sittings].
UPDATE tastes
SET bought = coalesce(
  (SELECT jsonb_agg(CASE WHEN one->2 = one->3 THEN jsonb_build_array(one->0, 1, one->2) ELSE one END ORDER BY place)
   FROM jsonb_array_elements(bought) WITH ORDINALITY AS of (one, place)),
  '[]');

-- What was learnt of all customers, trained beside and swapped in.
CREATE TABLE models (
  name text NOT NULL,
  version bigint NOT NULL,
  trained_at bigint NOT NULL,
  body bytea NOT NULL,
  report jsonb NOT NULL,
  PRIMARY KEY (name, version)
);
