-- A batch as this version writes it.
insert into aas.batches (id, run_id, version, provider, host, status, upload_ref, provider_ref, since_at, items, created_at)
values
  ('bat_host', 'run_1', 1, 'openai', 'api.openai.com', 'submitted', null, 'batch-2', '2026-01-01 12:04:00+00',
    '[{"customId": "req-2", "taskKey": "AAS-1", "roomFactor": 1}]', '2026-01-01 12:03:00+00');
