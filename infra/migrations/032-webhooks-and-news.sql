-- Webhooks that campaigns call, and news of products that bring customers into campaigns. Of calls, what is to be called, every attempt, and what came of each in the end. Instants are epoch milliseconds by this server's clock.

-- One row per call, for good: the same id is never a second call.
CREATE TABLE webhook_calls (
  id text PRIMARY KEY,
  partition integer NOT NULL,
  customer_id text NOT NULL,
  campaign_id text NOT NULL,
  version bigint NOT NULL,
  step text NOT NULL,
  entry bigint NOT NULL,
  url text NOT NULL,
  method text NOT NULL CHECK (method IN ('POST', 'PUT')),
  -- that the customer came in for, where news of it brought them
  product_id text,
  -- of the address: receivers take turns
  host text NOT NULL,
  -- when the customer came to the step
  at bigint NOT NULL,
  status text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'calling', 'ok', 'failed')),
  -- why it stands where it stands
  reason text,
  -- how many times `calling` was entered: whoever settles names the how-manieth it was
  attempts integer NOT NULL DEFAULT 0,
  queued_at bigint NOT NULL DEFAULT (extract(epoch FROM clock_timestamp()) * 1000)::bigint,
  not_before bigint NOT NULL DEFAULT (extract(epoch FROM clock_timestamp()) * 1000)::bigint,
  -- while it is `calling`: past this whoever calls is dead
  lease_until bigint,
  updated_at bigint NOT NULL DEFAULT (extract(epoch FROM clock_timestamp()) * 1000)::bigint
);
CREATE INDEX webhook_calls_queue ON webhook_calls (host, not_before, id) WHERE status = 'queued';
CREATE INDEX webhook_calls_due ON webhook_calls (not_before) WHERE status = 'queued';
CREATE INDEX webhook_calls_held ON webhook_calls (lease_until) WHERE status = 'calling';
CREATE INDEX webhook_calls_campaign ON webhook_calls (campaign_id, queued_at);

CREATE TABLE webhook_attempts (
  call_id text NOT NULL,
  attempt integer NOT NULL,
  begun_at bigint NOT NULL,
  -- null while it goes on, or where whoever made it died
  ended_at bigint,
  outcome text CHECK (outcome IN ('ok', 'again', 'failed')),
  detail text,
  PRIMARY KEY (call_id, attempt)
);

-- What came of a call, once, written in the transaction that ended it; to be told to the customer's own stream.
CREATE TABLE webhook_outcomes (
  id text PRIMARY KEY,
  seq bigint GENERATED ALWAYS AS IDENTITY,
  customer_id text NOT NULL,
  ok boolean NOT NULL,
  at bigint NOT NULL,
  reported boolean NOT NULL DEFAULT false
);
CREATE INDEX webhook_outcomes_unreported ON webhook_outcomes (seq) WHERE NOT reported;

-- Since when a product is in stock again, and when it last got cheaper; and how far customers were told of it (infra/news).
CREATE TABLE product_news (
  product_id text NOT NULL,
  -- 'back_in_stock' or 'price_drop'
  what text NOT NULL,
  partition integer NOT NULL,
  -- the catalogue's event that made it so, null before the first; when that was, and when it was appended
  news_id text,
  at bigint NOT NULL,
  appended_at bigint NOT NULL,
  -- what everybody was told of last; what is being told, up to which customer, and since when they must have been drawn to the product
  told_id text,
  telling_id text,
  reached text,
  since bigint,
  PRIMARY KEY (product_id, what)
);
CREATE INDEX product_news_untold ON product_news (appended_at, product_id, what) WHERE news_id IS DISTINCT FROM told_id;
