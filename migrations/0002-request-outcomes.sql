-- Every time that a request was asked, in a batch or alone, has an outcome of its own; a failed batch says what is to be
-- done about it.

alter table aas.batches add column failure_trouble text;
alter table aas.batches drop constraint batches_state;
update aas.batches set failure_trouble = 'unexplained', since_at = created_at where status = 'failed';
alter table aas.batches add constraint batches_state check (
  case status
    when 'intended' then num_nonnulls(upload_ref, provider_ref, since_at, failure_trouble, failure_reason) = 0
    when 'uploading' then num_nonnulls(upload_ref, provider_ref, since_at, failure_trouble, failure_reason) = 0
    when 'submitting' then since_at is not null and num_nonnulls(provider_ref, failure_trouble, failure_reason) = 0
    when 'reconciling' then since_at is not null and num_nonnulls(provider_ref, failure_trouble, failure_reason) = 0
    when 'submitted' then
      num_nonnulls(provider_ref, since_at) = 2 and num_nonnulls(upload_ref, failure_trouble, failure_reason) = 0
    when 'completed' then
      provider_ref is not null and num_nonnulls(upload_ref, since_at, failure_trouble, failure_reason) = 0
    when 'failed' then
      num_nonnulls(failure_trouble, failure_reason, since_at) = 3 and num_nonnulls(upload_ref, provider_ref) = 0
    when 'expired' then
      provider_ref is not null and num_nonnulls(upload_ref, since_at, failure_trouble, failure_reason) = 0
    when 'canceled' then
      num_nonnulls(upload_ref, provider_ref, since_at, failure_trouble, failure_reason) = 0
    else false
  end
);

create table aas.request_outcomes (
  run_id text not null references aas.runs,
  custom_id text not null,
  task_key text not null,
  -- Null: asked alone.
  batch_id text references aas.batches,
  status text not null,
  message text not null,
  created_at timestamptz not null,
  primary key (run_id, custom_id)
);
