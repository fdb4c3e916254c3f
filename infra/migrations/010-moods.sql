-- How much a customer has to do with the shop (models/engagement.ts), and how their newest messages were felt: [[at, positive, neutral, negative], …].
ALTER TABLE customers ADD engagement double precision;

CREATE TABLE moods (
  customer_id text PRIMARY KEY,
  partition integer NOT NULL,
  messages jsonb NOT NULL
);

-- What a list goes by besides what was bought and looked at.
ALTER TABLE tastes
  ADD segment text,
  ADD mood double precision NOT NULL DEFAULT 0;
