-- Where a batch was sent. No other server knows it, though it may speak the same; null: to no server, or before this was
-- written down.
alter table aas.batches add column host text;
