-- How fast texts go, and which go first.

-- Of the attempts, those that are not the text's fault: the gateway throttled, or was only tried whether it is back.
ALTER TABLE sms_ledger ADD COLUMN excused integer NOT NULL DEFAULT 0;
