-- When a text may go: what counts under caps, and who said STOP.

-- To which phone (its HMAC) a text was last to go, and when that was begun, epoch ms. Texts begun before this are counted under no cap.
ALTER TABLE sms_ledger ADD COLUMN phone_hash text, ADD COLUMN begun_at bigint;
-- What went to a phone or a customer lately: read under the phone's lock before each marketing text, where there are caps.
CREATE INDEX sms_ledger_went_to_phone ON sms_ledger (phone_hash, begun_at) WHERE class = 'marketing' AND begun_at IS NOT NULL;
CREATE INDEX sms_ledger_went_to_customer ON sms_ledger (customer_id, begun_at) WHERE class = 'marketing' AND begun_at IS NOT NULL;
-- A customer's texts, newest first.
CREATE INDEX sms_ledger_customer ON sms_ledger (customer_id, requested_at, id) WHERE customer_id IS NOT NULL;

-- The keyword (stop, start, help) that an inbound text is as a whole; null where it is none, and where it came before there were keywords.
ALTER TABLE documents ADD COLUMN keyword text;
CREATE INDEX documents_keyword ON documents (customer_id, at, id) WHERE keyword IN ('stop', 'start');
-- Who has a phone: what one of them says by SMS holds for the number.
CREATE INDEX profiles_phone ON profiles (phone) WHERE phone IS NOT NULL;
