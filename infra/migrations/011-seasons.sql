-- In which months of the year a product was wanted: [since, until, January, …, December], instants in epoch ms; [0, 0] while it was not.
ALTER TABLE products ADD season jsonb NOT NULL DEFAULT '[0, 0]';
