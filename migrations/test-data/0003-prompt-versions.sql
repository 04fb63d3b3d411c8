insert into aas.usages (key, run_id, purpose, provider, model, status, micro_usd, is_past_warning, created_at, prompt_version)
values
  ('run_1:d', 'run_1', 'decompose', 'openai', 'gpt-5', 'reserved', 1000, false, '2026-01-01 12:02:00+00', 'plan.v1');
