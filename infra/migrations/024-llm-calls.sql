-- What language models were asked, and what that took. Instants are epoch milliseconds by this server's clock.
CREATE TABLE llm_calls (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at bigint NOT NULL DEFAULT (extract(epoch FROM clock_timestamp()) * 1000)::bigint,
  -- what for, and the digest of what was asked: calls of one ask have the same
  purpose text NOT NULL,
  digest text NOT NULL,
  model text NOT NULL,
  -- asking: under way, or its instance is gone; it counts with the most it can take
  outcome text NOT NULL DEFAULT 'asking',
  detail text,
  tokens_in bigint NOT NULL,
  tokens_out bigint NOT NULL,
  -- in millionths of what the account is billed in; 0 where no price is set
  cost bigint NOT NULL,
  latency_ms double precision
);
CREATE INDEX llm_calls_at ON llm_calls (at);

-- Answers that passed every check, so that nobody pays for them twice.
CREATE TABLE llm_answers (
  digest text PRIMARY KEY,
  model text NOT NULL,
  answer jsonb NOT NULL,
  at bigint NOT NULL DEFAULT (extract(epoch FROM clock_timestamp()) * 1000)::bigint
);
