-- How fast texts go, and which go first.

-- Of the attempts, those that are not the text's fault: the gateway throttled, or was only tried whether it is back.
ALTER TABLE sms_ledger ADD COLUMN excused integer NOT NULL DEFAULT 0;

-- What waits, by class and campaign: each campaign is found by one step, and its longest waiting text with it.
CREATE INDEX sms_ledger_lanes ON sms_ledger (class, coalesce(campaign_id, ''), not_before, requested_at, id) WHERE status = 'queued';
