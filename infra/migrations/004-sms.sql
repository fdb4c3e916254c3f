-- Texts: what was asked for, what became of it, and who may write to the gateway now. Instants are epoch milliseconds by this server's clock.

-- One row per request, for good: the same id never leads to a second text.
CREATE TABLE sms_ledger (
  id text PRIMARY KEY,
  partition integer NOT NULL,
  customer_id text,
  -- the phone's HMAC, where only a phone was given
  recipient text,
  campaign_id text,
  link text,
  class text NOT NULL CHECK (class IN ('marketing', 'transactional')),
  -- whose key seals the text (and the phone, where only a phone was given)
  owner text NOT NULL,
  sealed text NOT NULL,
  requested_at bigint NOT NULL,
  -- what the ids of its results begin with
  result_key text NOT NULL,
  status text NOT NULL DEFAULT 'queued' CHECK (status IN
    ('queued', 'claimed', 'submitting', 'submitted', 'rejected', 'suppressed', 'unknown', 'delivered', 'undelivered', 'expired')),
  -- why it stands where it stands: what suppressed it, what the gateway said, why it waits again
  reason text,
  -- how many times `submitting` was entered
  attempts integer NOT NULL DEFAULT 0,
  -- how many results there are
  transitions integer NOT NULL DEFAULT 1,
  not_before bigint NOT NULL DEFAULT (extract(epoch FROM clock_timestamp()) * 1000)::bigint,
  -- the lease it was claimed under, and the slot it went through
  token text,
  slot integer,
  gateway text,
  gateway_id text,
  updated_at bigint NOT NULL DEFAULT (extract(epoch FROM clock_timestamp()) * 1000)::bigint,
  CHECK ((customer_id IS NULL) <> (recipient IS NULL))
);
CREATE INDEX sms_ledger_queue ON sms_ledger (not_before, requested_at, id) WHERE status = 'queued';
CREATE INDEX sms_ledger_held ON sms_ledger (token) WHERE status IN ('claimed', 'submitting');

-- As many texts are in flight in the whole group as there are rows here. A slot is its holder's until the lease ends or it is given back.
CREATE TABLE sms_slots (
  slot integer PRIMARY KEY,
  token text,
  lease_until bigint NOT NULL DEFAULT 0
);
INSERT INTO sms_slots (slot) SELECT generate_series(1, 50);
CREATE INDEX sms_slots_token ON sms_slots (token);

-- Every status that every request had, written in the transaction that gave it. `seq` grows with `n` within one request.
CREATE TABLE sms_results (
  id text PRIMARY KEY,
  seq bigint GENERATED ALWAYS AS IDENTITY,
  partition integer NOT NULL,
  request_id text NOT NULL,
  n integer NOT NULL,
  customer_id text,
  recipient text,
  campaign_id text,
  status text NOT NULL,
  detail text,
  attempt integer NOT NULL,
  at bigint NOT NULL,
  reported boolean NOT NULL DEFAULT false
);
CREATE INDEX sms_results_unreported ON sms_results (seq) WHERE NOT reported;
CREATE INDEX sms_results_request ON sms_results (request_id, n);

-- One row per phone that a text was ever meant for: whoever sends and whoever stops lock it first.
CREATE TABLE opt_outs (
  phone_hash text PRIMARY KEY,
  stopped boolean NOT NULL DEFAULT false,
  since bigint,
  source text
);

-- Which instance appends a table's unreported rows to the log just now.
CREATE TABLE scanner_leases (
  scanner text PRIMARY KEY,
  token text NOT NULL,
  lease_until bigint NOT NULL
);
