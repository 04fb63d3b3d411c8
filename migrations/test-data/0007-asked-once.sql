-- What this version takes: one that is open beside those that are settled.
insert into aas.approvals values
  ('apr_6', 'run_1', 1, 'merge', 'Merge?', repeat('7', 40), 'pending', null, null, null, '2026-01-01 12:18:00+00');
insert into aas.integrations values
  ('int_6', 'prj_1', 'run_1', 1, 'run', 'main', repeat('8', 40), 'medium', true, null, null, null, null, null, null,
    null, null, null, null, null, '2026-01-01 12:15:00+00'),
  ('int_7', 'prj_1', 'run_1', 1, 'run', 'main', repeat('8', 40), 'medium', true, repeat('4', 40), repeat('5', 40),
    repeat('1', 40), null, null, null, null, 'rejected', null, 'base_red', '{main is red}', '2026-01-01 12:14:30+00');
insert into aas.rollbacks values
  ('rbk_5', 'run_1', 1, repeat('4', 40), 'wrong', 'person:ada', 'failed', null, null, 'conflict',
    '2026-01-01 12:21:00+00');
