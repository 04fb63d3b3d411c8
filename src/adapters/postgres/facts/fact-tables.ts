import { type Sql, sql } from "../sql.ts";

/** One table whose rows are facts of a project. */
export interface FactTable {
  readonly name: string;
  /** Which rows of the table, here called `t`, belong to a project. */
  readonly ofProject: (projectId: string) => Sql;
  /** Columns by which its rows have one order, everywhere. */
  readonly order: readonly string[];
  /** Columns that the project they are copied to decides: they are left out of a copy. */
  readonly given: readonly string[];
}

/** Every table of facts, in an order in which rows never name what is not there yet. Notes come last: they may point at events. */
export const factTables: readonly FactTable[] = [
  {
    name: "projects",
    ofProject: (id) => sql`t.id = ${id}`,
    order: ["id"],
    given: ["id", "name", "repository"],
  },
  ownTable("runs"),
  ownTable("tasks"),
  tableOfRuns("attempts"),
  tableOfRuns("submissions"),
  {
    name: "audits",
    ofProject: (id) => sql`t.submission_id in (select s.id from aas.submissions s where ${isOfRun("s", id)})`,
    order: ["id"],
    given: [],
  },
  { name: "validations", ofProject: isNamedValidation, order: ["id"], given: [] },
  ownTable("integrations"),
  tableOfRuns("deployments"),
  tableOfRuns("approvals"),
  tableOfRuns("rollbacks"),
  tableOfRuns("batches"),
  tableOfRuns("analyses", ["run_id", "custom_id"]),
  tableOfRuns("request_outcomes", ["run_id", "custom_id"]),
  tableOfRuns("usages", ["key"]),
  tableOfRuns("replies", ["key"]),
  tableOfRuns("notifications"),
  { name: "events", ofProject: isOwn, order: ["seq"], given: ["project_id", "seq"] },
  { name: "project_notes", ofProject: isOwn, order: ["name"], given: ["project_id"] },
];

/** Tables that say nothing about a project: our bookkeeping, the numbering of events, what living processes agree on. */
export const tablesWithoutFacts: readonly string[] = ["migrations", "event_head", "leases", "provider_gates"];

function ownTable(name: string): FactTable {
  return { name, ofProject: isOwn, order: ["id"], given: ["project_id"] };
}

function isOwn(projectId: string): Sql {
  return sql`t.project_id = ${projectId}`;
}

function tableOfRuns(name: string, order: readonly string[] = ["id"]): FactTable {
  return { name, ofProject: (projectId) => isOfRun("t", projectId), order, given: [] };
}

function isOfRun(alias: "s" | "t", projectId: string): Sql {
  const runs = sql`(select r.id from aas.runs r where r.project_id = ${projectId})`;
  return alias === "s" ? sql`s.run_id in ${runs}` : sql`t.run_id in ${runs}`;
}

/** Validations belong to trees, which projects of one database may share: those that a project names, and their baselines. */
function isNamedValidation(projectId: string): Sql {
  const named = sql`
    select i.check_validation_id from aas.integrations i where i.project_id = ${projectId}
    union
    select e.subject from aas.events e where e.project_id = ${projectId} and e.type = 'validation.completed'`;
  return sql`(t.id in (${named})
    or t.base_tree is null and t.tree in (select v.base_tree from aas.validations v where v.id in (${named})))`;
}
