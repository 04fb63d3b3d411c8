-- Which version of a prompt each paid call was made with; null for calls from before versions were kept.
alter table aas.usages add column prompt_version text;
