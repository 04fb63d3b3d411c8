-- What all workers of a project know of a provider: whether it is there, whether it wants to be asked less often, and what
-- was asked of it in the last minute. Nothing in it is a fact: a row that is gone is a gate that stands open.
create table aas.provider_gates (
  project_id text not null references aas.projects (id) on delete cascade,
  provider text not null,
  circuit text not null,
  -- In a row, while the circuit is closed.
  failures integer,
  -- In a row, while it is not.
  openings integer,
  open_since timestamptz,
  open_until timestamptz,
  holds integer not null,
  held_since timestamptz,
  held_until timestamptz,
  -- One entry for each second of the last minute in which something was asked.
  pace jsonb not null,
  primary key (project_id, provider),
  constraint provider_gates_circuit check (
    case circuit
      when 'closed' then failures is not null and num_nonnulls(openings, open_since, open_until) = 0
      when 'open' then failures is null and num_nonnulls(openings, open_since, open_until) = 3
      when 'trying' then failures is null and num_nonnulls(openings, open_since, open_until) = 3
      else false
    end
  ),
  constraint provider_gates_hold check (num_nonnulls(held_since, held_until) in (0, 2))
);
