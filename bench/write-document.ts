import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { renderTable } from "./render-table.ts";
import type { BenchRow } from "./row.ts";

const file = fileURLToPath(new URL("../docs/benchmarks.md", import.meta.url));

const introduction = `# Benchmarks

Written by \`npm run bench -- --write\`. Each figure stands beside a floor: the least that could do the same work on the
same machine at the same moment. The ratio is what to look at; the figures themselves change with the machine and with
what else it does. Nothing here is a test: no build fails because of a number.

CPU is user and system time of everything that was started, taken from the kernel. \`n\` is how many were measured;
start-up is the median of n, taken in turns with its floor.
`;

const reading = `
## How to read the rows

- **aas …**: a whole command, beside an empty script in the same Node. \`npm run bench -- --only demo\`
- **engine overhead per task**: one run of many independent tasks from start to landing with real git, PostgreSQL and the
  durable engine; the builder appends a line and the checks answer at once. Beside \`git worktree add\`, \`commit\`,
  \`merge-tree\`, \`commit-tree\`, \`update-ref\` and \`worktree remove\`, once a task. \`npm run bench -- --only engine\`
- **squash landings**: candidate and compare-and-swap one after the other, beside one \`git merge-tree --stdin\` that is
  told all merges at once, commits nothing and moves no branch. \`npm run bench -- --only landings\`
- **events**: through the store, numbered without gaps, beside bare inserts. \`npm run bench -- --only events\`
- **batch results**: the output file of one finished batch, from a server of its own process through the adapter of
  OpenAI, the reader of analyses and the ledger into PostgreSQL; beside JSON.parse of the same lines, all in memory.
  \`npm run bench -- --only results\`
`;

/** The record that people read, with how each figure came about. */
export function writeDocument(rows: readonly BenchRow[]): void {
  const missed = rows.filter((row) => row.target !== null && row.target.figure > row.target.limit);
  writeFileSync(file, [introduction, renderTable(rows), renderMissed(missed), reading].join("\n"));
}

function renderMissed(rows: readonly BenchRow[]): string {
  if (rows.length === 0) return "All targets are met.\n";
  return [
    "## Missed",
    "",
    ...rows.map((row) => `- **${row.name}**: ${row.tried ?? "not looked into yet."}`),
    "",
  ].join("\n");
}
