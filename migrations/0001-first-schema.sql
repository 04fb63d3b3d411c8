-- All facts of aas. Times are timestamptz, states are a status and the columns that belong to it (the checks say which),
-- jsonb holds only values that are read and written as a whole.

create table aas.projects (
  id text primary key,
  name text not null,
  repository text not null,
  last_task_number bigint not null default 0,
  created_at timestamptz not null
);

create table aas.project_notes (
  project_id text not null references aas.projects,
  name text not null,
  value jsonb not null,
  primary key (project_id, name)
);

create table aas.runs (
  id text primary key,
  project_id text not null references aas.projects,
  version bigint not null,
  goal text not null,
  priority text not null check (priority in ('urgent', 'high', 'medium', 'low')),
  assignee text,
  status text not null,
  stage text check (stage in ('decompose', 'batch', 'wait', 'implement', 'validate', 'deploy', 'notify')),
  pause_reason text,
  outcome text check (outcome in ('full', 'partial')),
  failure_code text,
  policy jsonb not null,
  base_branch text not null,
  base_sha text not null,
  source jsonb not null,
  stage_results jsonb not null,
  error jsonb,
  epoch bigint not null,
  metadata jsonb not null,
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  constraint runs_state check (
    case status
      when 'queued' then num_nonnulls(stage, pause_reason, outcome, failure_code) = 0
      when 'running' then stage is not null and num_nonnulls(pause_reason, outcome, failure_code) = 0
      when 'paused' then num_nonnulls(stage, pause_reason) = 2 and num_nonnulls(outcome, failure_code) = 0
      when 'completed' then outcome is not null and num_nonnulls(stage, pause_reason, failure_code) = 0
      when 'failed' then num_nonnulls(stage, failure_code) = 2 and num_nonnulls(pause_reason, outcome) = 0
      when 'canceled' then num_nonnulls(stage, pause_reason, outcome, failure_code) = 0
      else false
    end
  )
);
create index runs_of_project on aas.runs (project_id, created_at desc, id desc);
create index runs_by_status on aas.runs (project_id, status);

create table aas.tasks (
  id text primary key,
  project_id text not null references aas.projects,
  key text not null,
  -- AAS-211-1 is {211,1}: the order in which people count.
  key_numbers bigint[] not null
    generated always as (string_to_array(substr(key, strpos(key, '-') + 1), '-')::bigint[]) stored,
  run_id text references aas.runs,
  version bigint not null,
  title text not null,
  description text not null,
  priority text not null check (priority in ('urgent', 'high', 'medium', 'low')),
  type text not null,
  depends_on text[] not null,
  parent text,
  assignee text,
  files text[] not null,
  acceptance jsonb not null,
  builder jsonb not null,
  status text not null,
  submission_id text,
  collected_sha text,
  landed_commit text,
  review_reason text,
  hint text,
  round bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (project_id, key),
  constraint tasks_state check (
    case status
      when 'queued' then num_nonnulls(submission_id, collected_sha, landed_commit, review_reason) = 0
      when 'active' then num_nonnulls(submission_id, collected_sha, landed_commit, review_reason) = 0
      when 'collected' then
        num_nonnulls(submission_id, collected_sha) = 2 and num_nonnulls(landed_commit, review_reason) = 0
      when 'done' then landed_commit is not null and num_nonnulls(submission_id, collected_sha, review_reason) = 0
      when 'needs_review' then
        review_reason is not null and num_nonnulls(submission_id, collected_sha, landed_commit) = 0
      when 'canceled' then num_nonnulls(submission_id, collected_sha, landed_commit, review_reason) = 0
      else false
    end
  )
);
create index tasks_of_project on aas.tasks (project_id, key_numbers);
create index tasks_of_run on aas.tasks (run_id, key_numbers);

create table aas.attempts (
  id text primary key,
  task_id text not null references aas.tasks,
  run_id text not null references aas.runs,
  version bigint not null,
  round bigint not null,
  number bigint not null,
  builder text not null,
  base_sha text not null,
  status text not null,
  submission_id text,
  failure jsonb,
  abandon_reason text,
  started_at timestamptz not null,
  finished_at timestamptz,
  unique (task_id, round, number),
  constraint attempts_state check (
    case status
      when 'running' then num_nonnulls(submission_id, failure, abandon_reason) = 0
      when 'completed' then submission_id is not null and num_nonnulls(failure, abandon_reason) = 0
      when 'failed' then failure is not null and num_nonnulls(submission_id, abandon_reason) = 0
      when 'abandoned' then abandon_reason is not null and num_nonnulls(submission_id, failure) = 0
      when 'canceled' then num_nonnulls(submission_id, failure, abandon_reason) = 0
      else false
    end
  )
);
create index attempts_of_run on aas.attempts (run_id);

create table aas.submissions (
  id text primary key,
  attempt_id text not null references aas.attempts,
  task_id text not null references aas.tasks,
  run_id text not null references aas.runs,
  base_sha text not null,
  head_sha text not null,
  tree text not null,
  files text[] not null,
  lines_added bigint not null,
  lines_removed bigint not null,
  claims jsonb not null,
  created_at timestamptz not null
);

create table aas.audits (
  id text primary key,
  submission_id text not null references aas.submissions,
  sha text not null,
  auditor text not null,
  verdict text not null check (verdict in ('approved', 'changes_requested', 'rejected')),
  findings jsonb not null,
  created_at timestamptz not null
);
create index audits_of_submission on aas.audits (submission_id, created_at);

create table aas.validations (
  id text primary key,
  tree text not null,
  suite text not null,
  base_tree text,
  checks jsonb not null,
  regressions text[] not null,
  score double precision not null,
  verdict text not null check (verdict in ('passed', 'failed')),
  created_at timestamptz not null
);
create index validations_by_tree on aas.validations (tree, suite);

create table aas.integrations (
  id text primary key,
  project_id text not null references aas.projects,
  run_id text not null references aas.runs,
  version bigint not null,
  kind text not null check (kind in ('run', 'revert')),
  branch text not null,
  source_sha text not null,
  priority text not null check (priority in ('urgent', 'high', 'medium', 'low')),
  needs_approval boolean not null,
  candidate_sha text,
  candidate_tree text,
  candidate_base_sha text,
  check_tree text,
  check_validation_id text,
  check_verdict text check (check_verdict in ('passed', 'failed')),
  approved_sha text,
  outcome text,
  landed_sha text,
  rejection_reason text,
  rejection_details text[],
  created_at timestamptz not null,
  constraint integrations_candidate check (num_nonnulls(candidate_sha, candidate_tree, candidate_base_sha) in (0, 3)),
  constraint integrations_check check (num_nonnulls(check_tree, check_validation_id, check_verdict) in (0, 3)),
  constraint integrations_outcome check (
    case outcome
      when 'landed' then landed_sha is not null and num_nonnulls(rejection_reason, rejection_details) = 0
      when 'rejected' then landed_sha is null and num_nonnulls(rejection_reason, rejection_details) = 2
      else outcome is null and num_nonnulls(landed_sha, rejection_reason, rejection_details) = 0
    end
  )
);
create index integrations_of_branch on aas.integrations (project_id, branch, created_at, id);
create index integrations_of_run on aas.integrations (run_id);

create table aas.deployments (
  id text primary key,
  run_id text not null references aas.runs,
  integration_id text not null unique references aas.integrations,
  version bigint not null,
  status text not null,
  landed_sha text,
  revert_sha text,
  failure_reason text,
  staging_ref text not null,
  rollback_tag text,
  pull_request text,
  created_at timestamptz not null,
  constraint deployments_state check (
    case status
      when 'waiting_approval' then num_nonnulls(landed_sha, revert_sha, failure_reason) = 0
      when 'deploying' then num_nonnulls(landed_sha, revert_sha, failure_reason) = 0
      when 'completed' then landed_sha is not null and num_nonnulls(revert_sha, failure_reason) = 0
      when 'failed' then failure_reason is not null and num_nonnulls(landed_sha, revert_sha) = 0
      when 'rolled_back' then num_nonnulls(landed_sha, revert_sha) = 2 and failure_reason is null
      else false
    end
  )
);

create table aas.approvals (
  id text primary key,
  run_id text not null references aas.runs,
  version bigint not null,
  subject text not null,
  question text not null,
  sha text not null,
  status text not null,
  decided_by text,
  decided_at timestamptz,
  rejection_reason text,
  created_at timestamptz not null,
  constraint approvals_state check (
    case status
      when 'pending' then num_nonnulls(decided_by, decided_at, rejection_reason) = 0
      when 'approved' then num_nonnulls(decided_by, decided_at) = 2 and rejection_reason is null
      when 'rejected' then num_nonnulls(decided_by, decided_at, rejection_reason) = 3
      when 'timed_out' then decided_at is not null and num_nonnulls(decided_by, rejection_reason) = 0
      when 'voided' then decided_at is not null and num_nonnulls(decided_by, rejection_reason) = 0
      else false
    end
  )
);
create index approvals_of_run on aas.approvals (run_id, created_at);

create table aas.rollbacks (
  id text primary key,
  run_id text not null references aas.runs,
  version bigint not null,
  landed_sha text not null,
  reason text not null,
  requested_by text not null,
  status text not null,
  integration_id text,
  revert_sha text,
  failure_reason text,
  created_at timestamptz not null,
  constraint rollbacks_state check (
    case status
      when 'requested' then num_nonnulls(integration_id, revert_sha, failure_reason) = 0
      when 'reverting' then integration_id is not null and num_nonnulls(revert_sha, failure_reason) = 0
      when 'completed' then revert_sha is not null and num_nonnulls(integration_id, failure_reason) = 0
      when 'failed' then failure_reason is not null and num_nonnulls(integration_id, revert_sha) = 0
      else false
    end
  )
);
create index rollbacks_of_run on aas.rollbacks (run_id);

create table aas.batches (
  id text primary key,
  run_id text not null references aas.runs,
  version bigint not null,
  provider text not null,
  status text not null,
  upload_ref text,
  provider_ref text,
  since_at timestamptz,
  failure_reason text,
  items jsonb not null,
  created_at timestamptz not null,
  constraint batches_state check (
    case status
      when 'intended' then num_nonnulls(upload_ref, provider_ref, since_at, failure_reason) = 0
      when 'uploading' then num_nonnulls(upload_ref, provider_ref, since_at, failure_reason) = 0
      when 'submitting' then since_at is not null and num_nonnulls(provider_ref, failure_reason) = 0
      when 'reconciling' then since_at is not null and num_nonnulls(provider_ref, failure_reason) = 0
      when 'submitted' then num_nonnulls(provider_ref, since_at) = 2 and num_nonnulls(upload_ref, failure_reason) = 0
      when 'completed' then provider_ref is not null and num_nonnulls(upload_ref, since_at, failure_reason) = 0
      when 'failed' then failure_reason is not null and num_nonnulls(upload_ref, provider_ref, since_at) = 0
      when 'expired' then provider_ref is not null and num_nonnulls(upload_ref, since_at, failure_reason) = 0
      when 'canceled' then num_nonnulls(upload_ref, provider_ref, since_at, failure_reason) = 0
      else false
    end
  )
);
create index batches_of_run on aas.batches (run_id, created_at);

create table aas.analyses (
  run_id text not null references aas.runs,
  custom_id text not null,
  task_key text not null,
  raw text not null,
  parsed jsonb,
  created_at timestamptz not null,
  primary key (run_id, custom_id)
);

create table aas.usages (
  key text primary key,
  run_id text not null references aas.runs,
  purpose text not null,
  provider text not null,
  model text not null,
  status text not null,
  micro_usd bigint,
  input_tokens bigint,
  output_tokens bigint,
  is_estimated boolean,
  -- What the reservation answered, so that asking again answers the same.
  is_past_warning boolean not null,
  created_at timestamptz not null,
  constraint usages_state check (
    case status
      when 'reserved' then micro_usd is not null and num_nonnulls(input_tokens, output_tokens, is_estimated) = 0
      when 'settled' then num_nonnulls(micro_usd, input_tokens, output_tokens, is_estimated) = 4
      when 'released' then num_nonnulls(micro_usd, input_tokens, output_tokens, is_estimated) = 0
      else false
    end
  )
);
create index usages_of_run on aas.usages (run_id, created_at);

create table aas.replies (
  key text primary key,
  run_id text not null references aas.runs,
  reply text not null
);

create table aas.events (
  seq bigint primary key,
  project_id text not null,
  run_id text,
  type text not null,
  subject text not null,
  actor text not null,
  from_state text,
  to_state text,
  reason text,
  details jsonb not null,
  happened_at timestamptz not null
);
create index events_of_project on aas.events (project_id, seq);
create index events_of_run on aas.events (run_id, seq) where run_id is not null;

-- One row: the last number given. Its row lock is held from the numbering to the commit, which is what makes the order
-- of numbers the order of commits and leaves no gaps.
create table aas.event_head (
  is_only_row boolean primary key default true check (is_only_row),
  seq bigint not null
) with (fillfactor = 10);
insert into aas.event_head (seq) values (0);

create table aas.notifications (
  id text primary key,
  key text not null unique,
  run_id text not null references aas.runs,
  channel text not null,
  kind text not null,
  title text not null,
  text text not null,
  status text not null,
  failure_reason text,
  attempts bigint not null,
  next_attempt_at timestamptz not null,
  created_at timestamptz not null,
  constraint notifications_state check (
    case status
      when 'pending' then failure_reason is null
      when 'completed' then failure_reason is null
      when 'failed' then failure_reason is not null
      else false
    end
  )
);
create index notifications_due on aas.notifications (next_attempt_at) where status = 'pending';
create index notifications_of_run on aas.notifications (run_id, created_at);

-- Rows stay after a release, because the fence must keep growing.
create table aas.leases (
  name text primary key,
  holder text not null,
  fence bigint not null,
  expires_at timestamptz not null
);
