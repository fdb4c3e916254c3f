-- The embedded log: Postgres tables in place of Kafka (streams/embedded-log.ts).

-- retention: keep, compact, or for how many days.
CREATE TABLE log_topics (
  topic text PRIMARY KEY,
  partitions integer NOT NULL CHECK (partitions > 0),
  retention text NOT NULL
);

-- From which offset on records are there, and which one comes next.
CREATE TABLE log_heads (
  topic text NOT NULL REFERENCES log_topics,
  partition integer NOT NULL,
  start bigint NOT NULL DEFAULT 0,
  next bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (topic, partition)
) WITH (fillfactor = 50);

-- Offsets base … next − 1 as one value, whose layout is told in streams/record-batch.ts. newest: the latest timestamp in it, epoch ms.
CREATE TABLE log (
  topic text NOT NULL,
  partition integer NOT NULL,
  base bigint NOT NULL,
  next bigint NOT NULL,
  newest bigint NOT NULL,
  bytes integer NOT NULL,
  records bytea NOT NULL,
  PRIMARY KEY (topic, partition, next)
);
-- Compressing costs more time here than the space is worth.
ALTER TABLE log ALTER COLUMN records SET STORAGE EXTERNAL;
