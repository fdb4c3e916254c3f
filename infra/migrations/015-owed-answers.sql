-- Answers that a scorer put off, for it is far behind: one row for whoever waits for one, struck off once it is made and told.
CREATE TABLE owed_answers (
  processor text NOT NULL,
  partition integer NOT NULL,
  key text NOT NULL,
  -- the input offset that it is owed since, and when that was appended first, epoch ms
  since bigint NOT NULL,
  since_at bigint NOT NULL,
  -- what asked for it last
  event jsonb NOT NULL,
  at_offset bigint NOT NULL,
  appended_at bigint NOT NULL,
  trace text,
  -- made and committed; whether it was published is not known
  answered boolean NOT NULL DEFAULT false,
  PRIMARY KEY (processor, partition, key)
);
CREATE INDEX owed_answers_oldest ON owed_answers (processor, partition, since) WHERE NOT answered;
CREATE INDEX owed_answers_answered ON owed_answers (processor, partition) WHERE answered;
