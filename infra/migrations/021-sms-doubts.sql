-- Texts of which nobody knows whether they were sent: the gateway is asked, or gets them again where it recognises a repetition.
ALTER TABLE sms_ledger
  -- how often the gateway was asked, by a query or by a repetition; and from when on it may be again, epoch ms by this server's clock
  ADD COLUMN asked integer NOT NULL DEFAULT 0,
  ADD COLUMN ask_at bigint NOT NULL DEFAULT 0,
  -- it may have gone out before, so whatever keeps it from going again proves nothing
  ADD COLUMN doubtful boolean NOT NULL DEFAULT false;
CREATE INDEX sms_ledger_ask ON sms_ledger (gateway, ask_at) WHERE status = 'unknown';
