-- Campaigns as people make and change them. Instants are epoch milliseconds by the clock of whoever wrote them.

CREATE TABLE campaigns (
  id text PRIMARY KEY,
  -- lists go by it
  seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  -- 'draft', 'running', 'paused' or 'stopped'
  status text NOT NULL,
  -- one more with every change of anything: the ETag
  revision bigint NOT NULL,
  -- the newest version of its flow, and the one that customers enter; null before the first launch
  version bigint NOT NULL,
  live_version bigint,
  launched_at bigint,
  -- what the checker said of the newest version last: JSON
  report text NOT NULL,
  checked_at bigint NOT NULL,
  -- when the log was told of it last: words on one campaign have instants that grow
  told_at bigint NOT NULL DEFAULT 0,
  created_at bigint NOT NULL,
  created_by text NOT NULL,
  changed_at bigint NOT NULL,
  changed_by text NOT NULL
);

-- Flows as they were sent: JSON in a text, so that the order of their fields stays.
CREATE TABLE campaign_versions (
  campaign_id text NOT NULL,
  version bigint NOT NULL,
  flow text NOT NULL,
  PRIMARY KEY (campaign_id, version)
);

-- What the log is to be told of campaigns (schemas/campaign.ts, as JSON). Written with the change that it tells of; a scanner appends it.
CREATE TABLE campaign_words (
  id text PRIMARY KEY,
  -- drawn under the lock of the campaign's row, so words on one campaign are in order
  seq bigint GENERATED ALWAYS AS IDENTITY,
  campaign_id text NOT NULL,
  status text NOT NULL,
  told text NOT NULL,
  reported boolean NOT NULL DEFAULT false
);
CREATE INDEX campaign_words_unreported ON campaign_words (seq) WHERE NOT reported;
CREATE INDEX campaign_words_untold ON campaign_words (campaign_id) WHERE NOT reported;

-- Who changed what, for good.
CREATE TABLE audit_log (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at bigint NOT NULL,
  -- the name that the key had, or 'open' where none is needed
  who text NOT NULL,
  key_id text,
  -- such as 'created', 'edited', 'launched'
  what text NOT NULL,
  -- of what kind the thing is ('campaign'), and its id
  kind text NOT NULL,
  id text NOT NULL,
  -- {"status", "version", "liveVersion"}; null of what was not there
  before jsonb,
  after jsonb NOT NULL
);
CREATE INDEX audit_log_of ON audit_log (kind, id, seq);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
