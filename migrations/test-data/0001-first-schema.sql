-- Rows as the first version wrote them: every table, every status, every optional column filled somewhere.

insert into aas.projects values ('prj_1', 'todo', '/repositories/todo', 4, '2026-01-01 12:00:00+00');
insert into aas.project_notes values ('prj_1', 'board', '{"cursor": 7}');

insert into aas.runs (id, project_id, version, goal, priority, assignee, status, stage, pause_reason, outcome,
  failure_code, policy, base_branch, base_sha, source, stage_results, error, epoch, metadata, created_at, started_at,
  finished_at)
select id, 'prj_1', 3, 'Add due dates', 'high', 'ada', status, stage, pause_reason, outcome, failure_code,
  '{"mergeAuto": true, "requireApproval": false, "delivery": "run", "maxAttempts": 3, "parallelTasks": 2,
    "runTimeoutMs": 3600000, "budgetLimitMicroUsd": 5000000, "budgetWarnMicroUsd": null, "batchEnabled": true,
    "batchChunkSize": 100, "batchPollMs": 60000, "batchLimitMs": 86400000, "minScore": 0.8, "requireTests": true,
    "requireTypeChecks": false, "maxChangedFiles": 50, "maxFileBytes": 1000000, "protectedPaths": [],
    "checks": [{"name": "test", "kind": "tests", "gate": "must", "command": ["npm", "test"], "report": "exit_code",
    "timeoutMs": 60000}], "notifyOnCompletion": true, "notifyOnFailure": true, "updateCheckout": false}',
  'main', repeat('1', 40), '{"kind": "goal"}',
  '[{"stage": "decompose", "status": "success", "output": "5 tasks", "errors": [], "warnings": [],
    "metrics": {"tasks": 5}, "nextStage": "batch", "finishedAt": "2026-01-01T12:02:00.000Z"}]',
  case when failure_code is null then null else '{"code": "conflict", "message": "No.", "cure": null}'::jsonb end,
  1, '{"ticket": "LIN-1"}', '2026-01-01 12:00:00+00', '2026-01-01 12:01:00+00', null
from (values
  ('run_1', 'queued', null, null, null, null),
  ('run_2', 'running', 'implement', null, null, null),
  ('run_3', 'paused', 'deploy', 'approval', null, null),
  ('run_4', 'completed', null, null, 'full', null),
  ('run_5', 'failed', 'deploy', null, null, 'conflict'),
  ('run_6', 'canceled', null, null, null, null)
) as states (id, status, stage, pause_reason, outcome, failure_code);

insert into aas.tasks (id, project_id, key, run_id, version, title, description, priority, type, depends_on, parent,
  assignee, files, acceptance, builder, status, submission_id, collected_sha, landed_commit, review_reason, hint, round,
  created_at, updated_at)
select id, 'prj_1', key, 'run_1', 1, 'Store due dates', 'A todo has a due date.', 'medium', 'feature', '{AAS-1}',
  'AAS-1', 'ada', '{src/todo.ts,docs/}', '[["npm", "test"]]', '{"kind": "model"}', status, submission_id, collected_sha,
  landed_commit, review_reason, 'Use the clock.', 1, '2026-01-01 12:00:00+00', '2026-01-01 12:00:00+00'
from (values
  ('tsk_1', 'AAS-1', 'queued', null, null, null, null),
  ('tsk_2', 'AAS-2', 'active', null, null, null, null),
  ('tsk_3', 'AAS-3', 'collected', 'sub_1', repeat('2', 40), null, null),
  ('tsk_4', 'AAS-4', 'done', null, null, repeat('3', 40), null),
  ('tsk_5', 'AAS-4-1', 'needs_review', null, null, null, 'three attempts failed'),
  ('tsk_6', 'AAS-4-2', 'canceled', null, null, null, null)
) as states (id, key, status, submission_id, collected_sha, landed_commit, review_reason);

insert into aas.attempts (id, task_id, run_id, version, round, number, builder, base_sha, status, submission_id,
  failure, abandon_reason, started_at, finished_at)
select id, 'tsk_1', 'run_1', 1, 1, number, 'model', repeat('1', 40), status, submission_id, failure::jsonb,
  abandon_reason, '2026-01-01 12:05:00+00', '2026-01-01 12:06:00+00'
from (values
  ('att_1', 1, 'running', null, null, null),
  ('att_2', 2, 'completed', 'sub_1', null, null),
  ('att_3', 3, 'failed', null, '{"kind": "checks", "summary": "2 tests fail", "details": ["a"]}', null),
  ('att_4', 4, 'abandoned', null, null, 'its process died'),
  ('att_5', 5, 'canceled', null, null, null)
) as states (id, number, status, submission_id, failure, abandon_reason);

insert into aas.submissions values ('sub_1', 'att_2', 'tsk_1', 'run_1', repeat('1', 40), repeat('2', 40),
  repeat('3', 40), '{src/todo.ts}', 12, 3, '{"tests": "all pass"}', '2026-01-01 12:06:00+00');
insert into aas.audits values ('aud_1', 'sub_1', repeat('2', 40), 'rules', 'changes_requested',
  '[{"severity": "major", "category": "bug", "description": "off by one", "location": null}]',
  '2026-01-01 12:07:00+00');
insert into aas.validations values ('val_1', repeat('3', 40), 'suite-1', null,
  '[{"name": "test", "kind": "tests", "gate": "must", "command": ["npm", "test"],
    "state": {"status": "failed", "reason": "1 failed"},
    "cases": [{"id": "a", "outcome": "failed", "message": "no"}], "output": "1 failed", "durationMs": 1200}]',
  '{a}', 0.5, 'failed', '2026-01-01 12:08:00+00');

insert into aas.integrations values
  ('int_1', 'prj_1', 'run_1', 1, 'run', 'main', repeat('2', 40), 'medium', true, null, null, null, null, null, null,
    null, null, null, null, null, '2026-01-01 12:10:00+00'),
  ('int_2', 'prj_1', 'run_1', 1, 'run', 'main', repeat('2', 40), 'medium', true, repeat('4', 40), repeat('5', 40),
    repeat('1', 40), repeat('5', 40), 'val_1', 'passed', repeat('4', 40), 'landed', repeat('4', 40), null, null,
    '2026-01-01 12:11:00+00'),
  ('int_3', 'prj_1', 'run_1', 1, 'revert', 'main', repeat('4', 40), 'urgent', false, null, null, null, null, null, null,
    null, 'rejected', null, 'conflict', '{src/todo.ts}', '2026-01-01 12:12:00+00'),
  ('int_4', 'prj_1', 'run_1', 1, 'run', 'main', repeat('2', 40), 'low', false, null, null, null, null, null, null,
    null, null, null, null, null, '2026-01-01 12:13:00+00'),
  ('int_5', 'prj_1', 'run_1', 1, 'run', 'main', repeat('2', 40), 'low', false, null, null, null, null, null, null,
    null, null, null, null, null, '2026-01-01 12:14:00+00');
insert into aas.deployments values
  ('dep_1', 'run_1', 'int_1', 1, 'waiting_approval', null, null, null, 'refs/heads/aas/staging/run_1', null, null,
    '2026-01-01 12:15:00+00'),
  ('dep_2', 'run_1', 'int_2', 1, 'completed', repeat('4', 40), null, null, 'refs/heads/aas/staging/run_1', 'before/1',
    'record 1', '2026-01-01 12:15:00+00'),
  ('dep_3', 'run_1', 'int_3', 1, 'failed', null, null, 'the forge refused', 'refs/heads/aas/staging/run_1', null, null,
    '2026-01-01 12:15:00+00'),
  ('dep_4', 'run_1', 'int_4', 1, 'rolled_back', repeat('4', 40), repeat('6', 40), null, 'refs/heads/aas/staging/run_1',
    null, null, '2026-01-01 12:15:00+00'),
  ('dep_5', 'run_1', 'int_5', 1, 'deploying', null, null, null, 'refs/heads/aas/staging/run_1', null, null,
    '2026-01-01 12:15:00+00');
insert into aas.approvals values
  ('apr_1', 'run_1', 1, 'merge', 'Merge?', repeat('4', 40), 'pending', null, null, null, '2026-01-01 12:16:00+00'),
  ('apr_2', 'run_1', 1, 'merge', 'Merge?', repeat('4', 40), 'approved', 'person:ada', '2026-01-01 12:17:00+00', null,
    '2026-01-01 12:16:00+00'),
  ('apr_3', 'run_1', 1, 'merge', 'Merge?', repeat('4', 40), 'rejected', 'person:ada', '2026-01-01 12:17:00+00',
    'not now', '2026-01-01 12:16:00+00'),
  ('apr_4', 'run_1', 1, 'merge', 'Merge?', repeat('4', 40), 'timed_out', null, '2026-01-01 12:17:00+00', null,
    '2026-01-01 12:16:00+00'),
  ('apr_5', 'run_1', 1, 'merge', 'Merge?', repeat('4', 40), 'voided', null, '2026-01-01 12:17:00+00', null,
    '2026-01-01 12:16:00+00');
insert into aas.rollbacks values
  ('rbk_1', 'run_1', 1, repeat('4', 40), 'wrong', 'person:ada', 'requested', null, null, null,
    '2026-01-01 12:20:00+00'),
  ('rbk_2', 'run_1', 1, repeat('4', 40), 'wrong', 'person:ada', 'reverting', 'int_3', null, null,
    '2026-01-01 12:20:00+00'),
  ('rbk_3', 'run_1', 1, repeat('4', 40), 'wrong', 'person:ada', 'completed', null, repeat('6', 40), null,
    '2026-01-01 12:20:00+00'),
  ('rbk_4', 'run_1', 1, repeat('4', 40), 'wrong', 'person:ada', 'failed', null, null, 'conflict',
    '2026-01-01 12:20:00+00');

insert into aas.batches (id, run_id, version, provider, status, upload_ref, provider_ref, since_at, failure_reason,
  items, created_at)
select id, 'run_1', 1, 'openai', status, upload_ref, provider_ref, since_at::timestamptz, failure_reason,
  '[{"customId": "req-1", "taskKey": "AAS-1"}]', '2026-01-01 12:03:00+00'
from (values
  ('bat_1', 'intended', null, null, null, null),
  ('bat_2', 'uploading', null, null, null, null),
  ('bat_3', 'submitting', 'file-1', null, '2026-01-01 12:04:00+00', null),
  ('bat_4', 'reconciling', null, null, '2026-01-01 12:04:00+00', null),
  ('bat_5', 'submitted', null, 'batch-1', '2026-01-01 12:04:00+00', null),
  ('bat_6', 'completed', null, 'batch-1', null, null),
  ('bat_7', 'failed', null, null, null, 'refused'),
  ('bat_8', 'expired', null, 'batch-1', null, null),
  ('bat_9', 'canceled', null, null, null, null)
) as states (id, status, upload_ref, provider_ref, since_at, failure_reason);
insert into aas.analyses values
  ('run_1', 'req-1', 'AAS-1', 'Complexity: low', '{"complexity": "low", "blockers": [], "firstStep": null, "steps": []}',
    '2026-01-01 12:04:00+00'),
  ('run_1', 'req-2', 'AAS-2', 'unreadable', null, '2026-01-01 12:04:00+00');

insert into aas.usages values
  ('run_1:a', 'run_1', 'plan', 'openai', 'gpt-5', 'reserved', 1000, null, null, null, false, '2026-01-01 12:01:00+00'),
  ('run_1:b', 'run_1', 'plan', 'openai', 'gpt-5', 'settled', 900, 100, 20, true, true, '2026-01-01 12:01:00+00'),
  ('run_1:c', 'run_1', 'plan', 'openai', 'gpt-5', 'released', null, null, null, null, false, '2026-01-01 12:01:00+00');
insert into aas.replies values ('run_1:b', 'run_1', 'the plan');

update aas.event_head set seq = 2;
insert into aas.events values
  (1, 'prj_1', 'run_1', 'run.created', 'run_1', 'person:ada', null, 'queued', null, '{}', '2026-01-01 12:00:00+00'),
  (2, 'prj_1', null, 'task.created', 'AAS-1', 'worker:1', 'a', 'b', 'why', '{"count": 1}', '2026-01-01 12:00:01+00');

insert into aas.notifications values
  ('ntf_1', 'run_1:a', 'run_1', 'console', 'needs_approval', 'Add due dates', 'Merge?', 'pending', null, 0,
    '2026-01-01 12:20:00+00', '2026-01-01 12:20:00+00'),
  ('ntf_2', 'run_1:b', 'run_1', 'console', 'run_completed', 'Add due dates', 'Merged.', 'completed', null, 1,
    '2026-01-01 12:20:00+00', '2026-01-01 12:20:00+00'),
  ('ntf_3', 'run_1:c', 'run_1', 'console', 'run_failed', 'Add due dates', 'Failed.', 'failed', '410 Gone', 8,
    '2026-01-01 12:20:00+00', '2026-01-01 12:20:00+00');

insert into aas.leases values ('queue:main', 'worker:1', 7, '2026-01-01 12:30:00+00');
