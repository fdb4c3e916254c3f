-- What the simulated gateway took, as a real one keeps a record of its own: so it can be asked after a restart, and by another instance.
CREATE TABLE simulator_texts (
  reference text PRIMARY KEY,
  -- what became of it, in a receipt's words
  status text NOT NULL,
  at bigint NOT NULL DEFAULT (extract(epoch FROM clock_timestamp()) * 1000)::bigint
);
CREATE INDEX simulator_texts_at ON simulator_texts (at);
