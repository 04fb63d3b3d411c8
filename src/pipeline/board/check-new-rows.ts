import type { Task } from "../../domain/task.ts";
import { isOpen } from "../../domain/task.ts";
import { cyclicKeys } from "../../domain/graph/task-graph.ts";
import type { BoardProblem, FoundRow } from "../../ports/board.ts";
import { faultIn, newRowRules, numbersOf } from "./row-rules.ts";

export interface CheckedRows {
  readonly accepted: readonly FoundRow[];
  readonly problems: readonly BoardProblem[];
}

/** More waiting tasks than a person can oversee are a flood, whoever wrote them. */
const maxQueued = 500;

/** Which rows of people become tasks. Finished ones are history: they stay text. */
export function checkNewRows(
  found: readonly FoundRow[],
  tasks: readonly Task[],
  settledKeys: readonly string[],
): CheckedRows {
  const open = found.filter((row) => row.status !== "Done" && row.status !== "Canceled");
  const valid = sieve(open, (row) => firstFault(row));
  const single = sieve(valid.accepted, duplicateFault(tasks));
  const few = sieve(single.accepted, floodFault(tasks));
  const rooted = dropDangling(few.accepted, [...tasks.map((task) => task.key), ...settledKeys]);
  const cyclic = new Set(cyclicKeys([...tasks, ...rooted.accepted]));
  const straight = sieve(rooted.accepted, (row) =>
    cyclic.has(row.key)
      ? faultIn(row, "waits for itself through others", "Take one of these dependencies away.")
      : null,
  );
  const problems = [valid, single, few, rooted, straight].flatMap((each) => each.problems);
  return { accepted: straight.accepted, problems };
}

function sieve(rows: readonly FoundRow[], faultOf: (row: FoundRow) => BoardProblem | null): CheckedRows {
  const judged = rows.map((row) => ({ row, fault: faultOf(row) }));
  return {
    accepted: judged.filter(({ fault }) => fault === null).map(({ row }) => row),
    problems: judged.flatMap(({ fault }) => (fault === null ? [] : [fault])),
  };
}

function firstFault(row: FoundRow): BoardProblem | null {
  return newRowRules.map((rule) => rule(row)).find((fault) => fault !== null) ?? null;
}

/** One number is one task, however many zeros stand before it; one title is one task while it is open. */
function duplicateFault(tasks: readonly Task[]): (row: FoundRow) => BoardProblem | null {
  const keys = new Map<string, string>(tasks.map((task) => [plainKey(task.key), task.key]));
  const open = tasks.filter((task) => isOpen(task.state) || task.state.status === "needs_review");
  const titles = new Map<string, string>(open.map((task) => [plainTitle(task.title), task.key]));
  return (row) => {
    const [sameKey, sameTitle] = [keys.get(plainKey(row.key)), titles.get(plainTitle(row.title))];
    if (sameKey !== undefined) {
      return faultIn(row, `has the number of ${sameKey}`, "Give it an id that is free.");
    }
    if (sameTitle !== undefined) {
      return faultIn(row, `has the title of ${sameTitle}`, "Delete one, or say in the title what differs.");
    }
    keys.set(plainKey(row.key), row.key);
    titles.set(plainTitle(row.title), row.key);
    return null;
  };
}

function plainKey(key: string): string {
  return `${key.split("-")[0] ?? ""}-${numbersOf(key).join("-")}`;
}

function plainTitle(title: string): string {
  return title.replaceAll(/\s+/gu, " ").trim().toLowerCase();
}

function floodFault(tasks: readonly Task[]): (row: FoundRow) => BoardProblem | null {
  let places = maxQueued - tasks.filter((task) => task.state.status === "queued").length;
  return (row) => {
    places -= 1;
    if (places >= 0) return null;
    return faultIn(
      row,
      `is one too many: ${maxQueued} tasks wait already`,
      "Finish, cancel or delete some first.",
    );
  };
}

/** A row whose dependency nobody knows would wait for ever, or start at once; neither was meant. */
function dropDangling(rows: readonly FoundRow[], knownKeys: readonly string[]): CheckedRows {
  const problems: BoardProblem[] = [];
  let accepted = rows;
  for (;;) {
    const known = new Set([...knownKeys, ...accepted.map((row) => row.key)]);
    const round = sieve(accepted, (row) => danglingFault(row, known));
    problems.push(...round.problems);
    if (round.accepted.length === accepted.length) return { accepted, problems };
    accepted = round.accepted;
  }
}

export function danglingFault(row: FoundRow, known: ReadonlySet<string>): BoardProblem | null {
  const unknown = row.dependsOn.filter((key) => !known.has(key));
  if (unknown.length === 0) return null;
  return faultIn(
    row,
    `depends on ${unknown.join(", ")}: no such task`,
    "Mend that row first, write another id, or - for none.",
  );
}
