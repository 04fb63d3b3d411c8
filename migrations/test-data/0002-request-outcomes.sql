insert into aas.request_outcomes values
  ('run_1', 'req-1', 'AAS-1', 'bat_6', 'ok', '', '2026-01-01 12:04:00+00'),
  ('run_1', 'req-2', 'AAS-2', 'bat_6', 'unreadable', 'no JSON', '2026-01-01 12:04:00+00'),
  ('run_1', 'req-3', 'AAS-2', null, 'truncated', '', '2026-01-01 12:05:00+00');
