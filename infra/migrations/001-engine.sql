-- What the engine itself keeps: who owns which partition, which events were counted, what was chosen once.

CREATE TABLE settings (
  name text PRIMARY KEY,
  value text NOT NULL
);

-- One row per (processor, partition). Offsets here are the truth; every commit is guarded by owner and epoch.
CREATE TABLE ownership (
  processor text NOT NULL,
  partition integer NOT NULL,
  owner text NOT NULL,
  epoch bigint NOT NULL,
  generation integer NOT NULL,
  next bigint NOT NULL,
  cursor jsonb,
  marks jsonb NOT NULL DEFAULT '{}',
  ends jsonb NOT NULL DEFAULT '{}',
  committed_at bigint NOT NULL,
  PRIMARY KEY (processor, partition)
);

-- Event ids already counted, as 128 bits of sha256(key, id). Pruned by append time and by count per partition.
CREATE TABLE seen_events (
  processor text NOT NULL,
  partition integer NOT NULL,
  hash uuid NOT NULL,
  appended_at bigint NOT NULL,
  PRIMARY KEY (processor, partition, hash)
);
CREATE INDEX seen_events_age ON seen_events (processor, partition, appended_at);

-- A key per owner of personal fields (a customer, or a bare phone's HMAC). Gone key: sealed fields stay shut for good.
CREATE TABLE customer_keys (
  owner text PRIMARY KEY,
  key bytea NOT NULL,
  created_at bigint NOT NULL
);

CREATE TABLE api_keys (
  id text PRIMARY KEY,
  name text NOT NULL,
  hash bytea NOT NULL,
  scopes text[] NOT NULL,
  created_at bigint NOT NULL,
  revoked_at bigint
);
