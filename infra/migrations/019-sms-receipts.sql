-- What gateways told of our texts after they took them, kept before it is answered. Instants are epoch milliseconds by this server's clock.
CREATE TABLE sms_receipts (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  request_id text NOT NULL,
  gateway text NOT NULL,
  -- the network's own id, where it is told
  gateway_id text,
  status text NOT NULL CHECK (status IN ('submitted', 'rejected', 'expired', 'undelivered', 'delivered')),
  detail text NOT NULL,
  at bigint NOT NULL DEFAULT (extract(epoch FROM clock_timestamp()) * 1000)::bigint,
  -- not weighed against its text yet: that is unknown here, or still on its way to the gateway
  pending boolean NOT NULL DEFAULT true,
  -- what is told again is not kept again
  UNIQUE (request_id, status, detail)
);
CREATE INDEX sms_receipts_pending ON sms_receipts (request_id) WHERE pending;

-- Texts that came in, by whom and what only as hashes: what tells a repetition.
CREATE TABLE sms_inbound (
  event_id text PRIMARY KEY,
  phone_hash text NOT NULL,
  -- HMAC of phone and text
  digest text NOT NULL,
  at bigint NOT NULL
);
CREATE INDEX sms_inbound_digest ON sms_inbound (digest, at);
