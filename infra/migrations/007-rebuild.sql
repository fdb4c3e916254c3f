-- Rebuilds of processors' state beside the one that serves (docs/rebuild.md).

-- Until when (epoch ms by this server's clock) nobody may take the partition, and whoever has it gives it up between two batches:
-- a rebuild is being handed over.
ALTER TABLE ownership ADD COLUMN held_until bigint NOT NULL DEFAULT 0;
ALTER TABLE ownership ADD COLUMN held_by text;

CREATE TABLE rebuilds (
  generation integer PRIMARY KEY,
  processor text NOT NULL,
  -- all that are rebuilt: it and what is downstream of it
  processors text[] NOT NULL,
  -- topics between them, whose history on the log is the older generation's up to here
  topics text[] NOT NULL,
  -- which code folds: half of a state by one and half by another would be neither's
  code text NOT NULL,
  status text NOT NULL CHECK (status IN ('running', 'done', 'abandoned')),
  -- who works on it
  token text,
  lease_until bigint NOT NULL DEFAULT 0,
  began_at bigint NOT NULL,
  ended_at bigint
);
CREATE UNIQUE INDEX rebuilds_running ON rebuilds ((true)) WHERE status = 'running';
