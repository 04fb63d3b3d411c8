-- Every state of a circuit, as this version writes it.
insert into aas.provider_gates (project_id, provider, circuit, failures, openings, open_since, open_until, holds, held_since,
  held_until, pace)
values
  ('prj_1', 'openai', 'closed', 1, null, null, null, 0, null, null,
    '[{"second": 1767268800, "requests": 2, "tokens": 900}]'),
  ('prj_1', 'anthropic', 'open', null, 3, '2026-01-01 12:00:00+00', '2026-01-01 12:00:20+00', 1,
    '2026-01-01 12:00:00+00', '2026-01-01 12:00:30+00', '[]'),
  ('prj_1', 'gemini', 'trying', null, 4, '2026-01-01 12:00:00+00', '2026-01-01 12:01:00+00', 0, null, null, '[]');
