import { resolve } from "node:path";
import { exportFacts as exportAll, type FactCounts } from "../../app/facts/export-facts.ts";
import { importFacts as importAll } from "../../app/facts/import-facts.ts";
import { migrateFacts } from "../../app/facts/migrate-facts.ts";
import { openProject } from "../../app/project/open-project.ts";
import type { CommandFunction } from "../register.ts";
import { countText } from "../render/count-text.ts";

/** `aas db migrate`: brings the tables up to date; every command that opens them does so too. */
export const migrate: CommandFunction = async (terminal) => {
  await using project = await openProject(terminal.cwd, terminal.env);
  const { from, to } = await migrateFacts(project);
  const text =
    from === to
      ? `The tables are up to date (migration ${to}).`
      : `The tables went from migration ${from} to ${to}.`;
  return { text, result: { from, to } };
};

/** `aas db export <file>` */
export const exportFacts: CommandFunction = async (terminal, args) => {
  const file = resolve(terminal.cwd, args[0] ?? "");
  await using project = await openProject(terminal.cwd, terminal.env);
  const rows = await exportAll(project, file);
  return { text: `Wrote ${countsOf(rows)} to ${file}.`, result: { file, rows } };
};

/** `aas db import <file>` */
export const importFacts: CommandFunction = async (terminal, args) => {
  const file = resolve(terminal.cwd, args[0] ?? "");
  await using project = await openProject(terminal.cwd, terminal.env);
  const rows = await importAll(project, file);
  return { text: `Brought ${countsOf(rows)} into ${project.home.name}.`, result: { file, rows } };
};

function countsOf({ runs = 0, tasks = 0, events = 0 }: FactCounts): string {
  return `${countText(runs, "run")}, ${countText(tasks, "task")} and ${countText(events, "event")}`;
}
