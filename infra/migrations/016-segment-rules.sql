-- What the lists of each segment lean to, for a shop to edit (docs/models.md): who scores reads it every second.
CREATE TABLE segment_rules (
  segment text PRIMARY KEY,
  -- what costs more than they usually pay, what costs less, what trends, or nothing but what suits them
  lean text NOT NULL CHECK (lean IN ('premium', 'value', 'popular', 'personal')),
  -- ln of what the odds of an item that fits wholly are multiplied by
  strength double precision NOT NULL CHECK (strength BETWEEN 0 AND 3)
);
INSERT INTO segment_rules (segment, lean, strength) VALUES
  ('Champions', 'premium', 0.1),
  ('Loyal', 'premium', 0.05),
  ('Potential Loyalist', 'personal', 0),
  ('New', 'popular', 0.1),
  ('Promising', 'popular', 0.1),
  ('Need Attention', 'personal', 0),
  ('About To Sleep', 'value', 0.05),
  ('Can''t Lose', 'personal', 0),
  ('At Risk', 'value', 0.05),
  ('Hibernating', 'value', 0.1),
  ('Lost', 'popular', 0.1);
