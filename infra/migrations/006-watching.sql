-- What is looked at before every scrape must not cost more as tables grow.

CREATE INDEX sms_ledger_unknown ON sms_ledger (updated_at) WHERE status = 'unknown';
