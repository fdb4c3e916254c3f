-- Campaigns under way: what each partition was told of them, and where each customer stands. Instants are epoch milliseconds.

-- A copy for each partition, as of the place in its log that `flows` has read up to.
CREATE TABLE flow_campaigns (
  campaign_id text NOT NULL,
  partition integer NOT NULL,
  -- 'running', 'paused' or 'stopped'
  status text NOT NULL,
  version bigint NOT NULL,
  -- what was told last, the flow of every version, and how it stood before
  kept jsonb NOT NULL,
  PRIMARY KEY (campaign_id, partition)
);

-- What conditions and triggers need of a customer, since their shop has campaigns (models/flow/run/facts.ts).
CREATE TABLE flow_facts (
  customer_id text PRIMARY KEY,
  partition integer NOT NULL,
  -- the latest instant that anything of theirs happened at
  clock bigint NOT NULL,
  -- how many timers were set
  timers bigint NOT NULL,
  facts jsonb NOT NULL
);

-- A customer's runs through campaigns, entries to come, and how often they entered which.
CREATE TABLE flow_instances (
  customer_id text PRIMARY KEY,
  partition integer NOT NULL,
  -- the campaigns of `runs` and `pendings`
  campaigns jsonb NOT NULL,
  runs jsonb NOT NULL,
  pendings jsonb NOT NULL,
  standings jsonb NOT NULL
);

-- When the first timer of a customer is due, null where they have none; and which one was told to `events` last.
CREATE TABLE timers (
  customer_id text PRIMARY KEY,
  partition integer NOT NULL,
  due_at bigint,
  told_at bigint
);
CREATE INDEX timers_due ON timers (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX timers_untold ON timers (due_at) WHERE due_at IS NOT NULL AND told_at IS DISTINCT FROM due_at;

-- Limits that all customers of a campaign share: how many passed, and when.
CREATE TABLE flow_limits (
  campaign_id text NOT NULL,
  step text NOT NULL,
  partition integer NOT NULL,
  passed bigint NOT NULL,
  clock bigint NOT NULL,
  stretches jsonb NOT NULL,
  PRIMARY KEY (campaign_id, step)
);
