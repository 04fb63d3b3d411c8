-- Two who looked at once have both asked, queued or requested, because neither saw the other. What is open is there once,
-- and what was written twice before is settled here.
update aas.approvals set status = 'voided', decided_at = created_at, version = version + 1
where id in (
  select id from (
    select id, row_number() over (partition by run_id, subject, sha order by created_at desc, id desc) as place
    from aas.approvals where status = 'pending'
  ) as placed where place > 1
);
create unique index approvals_open on aas.approvals (run_id, subject, sha) where status = 'pending';

-- Of two entries the newer one is looked at.
update aas.integrations set outcome = 'rejected', rejection_reason = 'canceled', rejection_details = '{}', version = version + 1
where id in (
  select id from (
    select id, row_number() over (partition by run_id, kind, source_sha order by created_at desc, id desc) as place
    from aas.integrations where outcome is null
  ) as placed where place > 1
);
create unique index integrations_open on aas.integrations (run_id, kind, source_sha) where outcome is null;

-- Of two rollbacks the one that has come furthest counts.
update aas.rollbacks set status = 'failed', failure_reason = 'It was asked for twice.', integration_id = null, revert_sha = null,
  version = version + 1
where id in (
  select id from (
    select id, row_number() over (
      partition by run_id
      order by array_position(array['completed', 'reverting', 'requested'], status), created_at, id
    ) as place
    from aas.rollbacks where status <> 'failed'
  ) as placed where place > 1
);
create unique index rollbacks_open on aas.rollbacks (run_id) where status <> 'failed';
