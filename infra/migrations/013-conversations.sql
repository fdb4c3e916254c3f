-- Every message as it came, its text still sealed, with what was read in it (docs/conversations.md) and where on `events` it stands. Instants in epoch ms, feelings from −1 to 1.
CREATE TABLE documents (
  customer_id text NOT NULL,
  id text NOT NULL,
  partition integer NOT NULL,
  at bigint NOT NULL,
  direction text NOT NULL,
  campaign_id text,
  conversation_id text,
  intent text,
  feeling double precision,
  log_offset bigint NOT NULL,
  body jsonb NOT NULL,
  PRIMARY KEY (customer_id, id)
);
-- What was said last, and a conversation in its order.
CREATE INDEX documents_at ON documents (customer_id, at);
-- What was written to us in the order of the log: embedders walk along it.
CREATE INDEX documents_log ON documents (partition, log_offset, customer_id, id) WHERE direction = 'in';

-- What a customer's messages under a campaign come to, by what they were written for:
-- intents is [[intent, messages, inbound, newest_at, sum of feelings in thousandths, engagement (models/engagement.ts)], …].
CREATE TABLE campaign_edges (
  customer_id text NOT NULL,
  campaign_id text NOT NULL,
  partition integer NOT NULL,
  messages bigint NOT NULL,
  inbound bigint NOT NULL,
  newest_at bigint NOT NULL,
  intents jsonb NOT NULL,
  PRIMARY KEY (customer_id, campaign_id)
);
CREATE INDEX campaign_edges_campaign ON campaign_edges (campaign_id);
