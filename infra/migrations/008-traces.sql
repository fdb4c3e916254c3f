-- Of which trace a text is (W3C traceparent), where that is sampled: what becomes of it happens outside of the log.
ALTER TABLE sms_ledger ADD COLUMN trace text;
ALTER TABLE sms_results ADD COLUMN trace text;
