import { arch, cpus, loadavg } from "node:os";
import { type BenchRow, verdictOf } from "./row.ts";
import { seed } from "./seeded.ts";

const headings = ["what", "ratio", "target", "", "ours", "floor", "n", "remarks"] as const;

/** As Markdown, which reads as well in a terminal. */
export function renderTable(rows: readonly BenchRow[]): string {
  const cells = [[...headings], ...rows.map(toCells)];
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0), 3));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = cells;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return `${[line(head), rule, ...body.map(line)].join("\n")}\n\n${circumstances()}\n`;
}

function toCells(row: BenchRow): readonly string[] {
  return [
    row.name,
    row.ratio === null ? "–" : `${row.ratio.toFixed(2)} ×`,
    row.target?.text ?? "–",
    verdictOf(row),
    row.ours,
    row.floor ?? "–",
    String(row.samples),
    row.note,
  ];
}

function circumstances(): string {
  const load = loadavg().map((each) => each.toFixed(1));
  const processors = cpus();
  return (
    `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${process.platform} ${arch()}, ` +
    `${processors.length} × ${processors[0]?.model.trim() ?? "unknown"}, load ${load.join(" ")}, seed ${seed}.`
  );
}
