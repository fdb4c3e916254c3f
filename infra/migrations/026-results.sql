-- What a campaign brought: who was to get it and who was held out, where they stood then, and what led to each text.
ALTER TABLE sms_ledger
  -- when it was the text's turn and all that stood before holdout, hour and caps let it go: epoch ms by this server's clock; set once
  ADD COLUMN drawn_at bigint,
  -- and what was drawn: it is to go, or its customer is held out of the campaign, or of all marketing
  ADD COLUMN arm text CHECK (arm IN ('treated', 'held_out', 'held_out_of_all')),
  -- where the customer stood then
  ADD COLUMN segment text,
  -- which text of an experiment it is, and the list it was written from, as the request says
  ADD COLUMN variant text,
  ADD COLUMN recommendation_id text;

-- Of texts before this, what the ledger tells: those that began or met a cap were to go, and the only holdout was that of all.
UPDATE sms_ledger l SET drawn_at = coalesce(begun_at, updated_at),
  arm = CASE WHEN reason = 'holdout' THEN 'held_out_of_all' ELSE 'treated' END,
  segment = (SELECT t.segment FROM sms_link_tracking t WHERE t.request_id = l.id)
WHERE class = 'marketing' AND customer_id IS NOT NULL AND (attempts > 0 OR (status = 'suppressed' AND (reason = 'holdout' OR reason LIKE 'cap:%')));

CREATE INDEX sms_ledger_campaign ON sms_ledger (campaign_id, customer_id) WHERE campaign_id IS NOT NULL;
CREATE INDEX sms_ledger_recommendation ON sms_ledger (recommendation_id) WHERE recommendation_id IS NOT NULL;
