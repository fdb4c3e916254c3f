-- Records that a processor has done, those that travel in bundles one by one: offsets no longer tell.
ALTER TABLE ownership ADD COLUMN folded bigint NOT NULL DEFAULT 0;

-- Which of these ids were counted is asked with every batch, of a table that may be too young for statistics. Indexes that begin with
-- (processor, partition) then look as good to the planner as the right one, and every batch reads all that was counted before.
-- Begun with the hash, and with the age's owner as one expression, each fits only its own question.
ALTER TABLE seen_events DROP CONSTRAINT seen_events_pkey;
ALTER TABLE seen_events ADD PRIMARY KEY (hash, partition, processor);
DROP INDEX seen_events_age;
CREATE INDEX seen_events_age ON seen_events ((processor || '/' || partition::text), appended_at);
