-- Every state of a call, as this version writes it.
insert into aas.usages (key, run_id, purpose, provider, model, status, micro_usd, created_at, tier, most_tokens, warnings)
values
  ('run_1:batch', 'run_1', 'analyse', 'openai', 'gpt-5.4', 'reserved', 1000, '2026-01-01 12:02:00+00', 'batch', 4096,
    '[{"purse": "day", "totalMicroUsd": 5000}]');

insert into aas.usages (key, run_id, purpose, provider, model, status, micro_usd, created_at, tier, most_tokens, warnings,
  reason)
values
  ('run_1:lost', 'run_1', 'build', 'openai', 'gpt-5.4', 'undelivered', 2000, '2026-01-01 12:02:01+00', 'standard', 4096, '[]',
    'openai brought nothing in 60 s.');

insert into aas.usages (key, run_id, purpose, provider, model, status, micro_usd, created_at, tier, most_tokens, warnings,
  input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, standard_micro_usd, answered_by, rates, is_estimated)
values
  ('run_1:exact', 'run_1', 'analyse', 'openai', 'gpt-5.4', 'settled', 375, '2026-01-01 12:02:02+00', 'batch', 4096, '[]',
    100, 20, 50, 0, 750, 'gpt-5.4-2026-03-05',
    '{"input": 1250000, "cacheRead": 125000, "cacheWrite": 1250000, "output": 7500000}', false);
