-- What a call was charged for, exactly: caches, the model that answered, the tier, the rates, and what the ordinary price
-- would have been. A call whose answer never came stays held back, with the reason.
alter table aas.usages
  add column tier text not null default 'standard',
  -- The most tokens that the call can take; kept when it is settled, for estimates.
  add column most_tokens bigint not null default 0,
  add column cache_read_tokens bigint,
  add column cache_write_tokens bigint,
  add column standard_micro_usd bigint,
  add column answered_by text,
  add column rates jsonb,
  add column reason text,
  -- The purses whose warning this reservation was the first to pass.
  add column warnings jsonb not null default '[]';

alter table aas.usages
  alter column tier drop default,
  alter column most_tokens drop default,
  alter column warnings drop default;

alter table aas.usages drop constraint usages_state;

-- No saving was known of before.
update aas.usages
set cache_read_tokens = 0, cache_write_tokens = 0, standard_micro_usd = micro_usd
where status = 'settled';

update aas.usages set warnings = '[{"purse": "run", "totalMicroUsd": 0}]' where is_past_warning;
alter table aas.usages drop column is_past_warning;

alter table aas.usages add constraint usages_state check (
  case status
    when 'reserved' then micro_usd is not null and reason is null
      and num_nonnulls(input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, standard_micro_usd,
        answered_by, rates, is_estimated) = 0
    when 'undelivered' then num_nonnulls(micro_usd, reason) = 2
      and num_nonnulls(input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, standard_micro_usd,
        answered_by, rates, is_estimated) = 0
    when 'settled' then reason is null
      and num_nonnulls(micro_usd, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens,
        standard_micro_usd, is_estimated) = 7
    when 'released' then num_nonnulls(micro_usd, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens,
      standard_micro_usd, answered_by, rates, reason, is_estimated) = 0
    else false
  end
);

-- Runs are held to the caps they were started with: those of before had none of these.
update aas.runs
set policy = '{"budgetPerRunTokens": null, "budgetWarnPerDayMicroUsd": null, "budgetPerProjectMicroUsd": null,
  "budgetWarnPerProjectMicroUsd": null}'::jsonb || policy;
