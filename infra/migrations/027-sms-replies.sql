-- What keywords (STOP, START, HELP) that came in are answered with, asked for under the lock of their phone. Instants are epoch milliseconds.
CREATE TABLE sms_replies (
  -- made of the inbound text's own: one text, one reply
  request_id text PRIMARY KEY,
  -- the phone's HMAC
  phone_hash text NOT NULL,
  keyword text NOT NULL CHECK (keyword IN ('stop', 'start', 'help')),
  -- when the keyword was said, and when it was answered
  said_at bigint NOT NULL,
  at bigint NOT NULL,
  -- the reply as it was sealed: a text that is sealed otherwise is another, whatever id it has
  sealed text NOT NULL
);
CREATE INDEX sms_replies_phone ON sms_replies (phone_hash, keyword, at);

-- Of which campaign the last marketing text was that had gone to the phone, where the reply came soon after it.
ALTER TABLE sms_inbound ADD COLUMN campaign_id text;
