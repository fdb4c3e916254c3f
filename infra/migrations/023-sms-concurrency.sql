-- How fast texts go, and which go first.

-- Of the attempts, those that are not the text's fault: the gateway throttled, or was only tried whether it is back.
ALTER TABLE sms_ledger ADD COLUMN excused integer NOT NULL DEFAULT 0;

-- What waits, by class and campaign: each campaign is found by one step, and its longest waiting text with it.
CREATE INDEX sms_ledger_lanes ON sms_ledger (class, coalesce(campaign_id, ''), not_before, requested_at, id) WHERE status = 'queued';

-- What each sender may still send just now: a token bucket of parts, which all instances share.
CREATE TABLE sms_pace (
  sender text PRIMARY KEY,
  -- thousandths of a part; below 0, what a text of several owes
  level bigint NOT NULL,
  -- epoch milliseconds, by this server's clock
  at bigint NOT NULL
);

-- When the STOP that holds was kept, epoch milliseconds by this server's clock: texts that had begun by then may still be written a little later.
ALTER TABLE opt_outs ADD COLUMN stopped_at bigint;
