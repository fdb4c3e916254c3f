-- Personal short links, and who went through them. Instants are epoch milliseconds.

-- One row per text with a link, made before the text goes out for the first time; a repeated attempt has the same.
CREATE TABLE sms_link_tracking (
  code text PRIMARY KEY,
  request_id text NOT NULL UNIQUE,
  destination text NOT NULL,
  customer_id text,
  -- the phone's HMAC, where only a phone was given
  recipient text,
  campaign_id text,
  -- where the customer stood when the text was last about to go out
  segment text,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL
);
CREATE INDEX sms_link_tracking_campaign ON sms_link_tracking (campaign_id) WHERE campaign_id IS NOT NULL;

-- Every visit of a link, of people and of programs.
CREATE TABLE link_clicks (
  id text PRIMARY KEY,
  seq bigint GENERATED ALWAYS AS IDENTITY,
  code text NOT NULL,
  request_id text NOT NULL,
  customer_id text,
  campaign_id text,
  at bigint NOT NULL,
  -- why it counts as a program's; null: a person's
  automatic text CHECK (automatic IN ('head', 'prefetch', 'agent', 'early', 'burst')),
  -- what that was judged by, so that other rules can be tried on what was
  method text NOT NULL,
  user_agent text,
  purpose text,
  since_sent_ms bigint,
  links integer NOT NULL,
  -- an HMAC of the day and the address, never the address
  address text NOT NULL,
  reported boolean NOT NULL DEFAULT false
);
CREATE INDEX link_clicks_unreported ON link_clicks (seq) WHERE NOT reported;
CREATE INDEX link_clicks_campaign ON link_clicks (campaign_id, code) WHERE campaign_id IS NOT NULL;
CREATE INDEX link_clicks_customer ON link_clicks (customer_id, at) WHERE automatic IS NULL;

-- Texts as what an order may be put down to: found by campaign, then by customer back in time.
CREATE INDEX sms_results_campaign ON sms_results (campaign_id, customer_id, at)
  WHERE status IN ('submitted', 'delivered') AND campaign_id IS NOT NULL AND customer_id IS NOT NULL;
CREATE INDEX sms_results_customer ON sms_results (customer_id, at)
  WHERE status IN ('submitted', 'delivered') AND campaign_id IS NOT NULL AND customer_id IS NOT NULL;
