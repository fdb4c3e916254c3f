-- What campaigns did with customers, for results. Written by `flows` with the state that it follows from. Instants are epoch milliseconds.

-- Who came to a campaign, and what was drawn: they entered, or are held out of it; and how it ended for them.
CREATE TABLE flow_entries (
  campaign_id text NOT NULL,
  customer_id text NOT NULL,
  -- the how-manieth of this customer in this campaign, from 1
  entry bigint NOT NULL,
  partition integer NOT NULL,
  version bigint NOT NULL,
  arm text NOT NULL CHECK (arm IN ('treated', 'held_out')),
  -- how many of a hundred that version holds out
  holdout double precision NOT NULL,
  -- where the customer stood then
  segment text,
  at bigint NOT NULL,
  -- null while they are on their way
  ended_at bigint,
  ended_step text,
  -- 'completed', 'goal', 'stopped', 'opted_out', 'too_many_steps', 'no_way_on'
  reason text,
  PRIMARY KEY (campaign_id, customer_id, entry)
);

-- Which variant of an experiment a customer got first; what they get when they come again is not another customer.
CREATE TABLE flow_assignments (
  campaign_id text NOT NULL,
  version bigint NOT NULL,
  step text NOT NULL,
  customer_id text NOT NULL,
  partition integer NOT NULL,
  entry bigint NOT NULL,
  variant text NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (campaign_id, version, step, customer_id)
);

-- What was learnt of the variants of a campaign's version, and told to the log: the newest is how they are drawn.
CREATE TABLE campaign_shares (
  campaign_id text NOT NULL,
  at bigint NOT NULL,
  version bigint NOT NULL,
  -- {step: {variant: share}}
  shares text NOT NULL,
  -- what it was learnt from: {step: {variant: {"trials", "successes"}}}
  counts text NOT NULL,
  PRIMARY KEY (campaign_id, at)
);
