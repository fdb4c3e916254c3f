-- Flows that were made of a description, and what that took. Instants are epoch milliseconds by this server's clock.
CREATE TABLE flow_generations (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at bigint NOT NULL DEFAULT (extract(epoch FROM clock_timestamp()) * 1000)::bigint,
  -- of description, shop and model: the calls of this generation have it in llm_calls
  digest text NOT NULL,
  -- a marketer's own words, no customer's
  description text NOT NULL,
  -- the language model, or the built-in planner
  model text NOT NULL,
  -- planned, written, repaired, cached, fell_back, busy or abandoned
  outcome text NOT NULL,
  -- why it is the planner's where a model is configured
  detail text,
  -- how often the model was asked to repair what it wrote
  rounds integer NOT NULL,
  tokens bigint NOT NULL,
  -- in millionths of what the account is billed in; 0 where no price is set
  cost bigint NOT NULL,
  took_ms double precision NOT NULL
);
CREATE INDEX flow_generations_at ON flow_generations (at);
