import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { measureCommands } from "./command-cpu.ts";
import { cliFile, type DemoProject } from "./demo-project.ts";
import { type BenchRow, ratioTarget } from "./row.ts";

const times = 21;
const limit = 3;

/** What the command line costs before it does anything, beside a Node that does nothing at all. */
export function measureStartUp({ root, stateFolder }: DemoProject): readonly BenchRow[] {
  const empty = join(stateFolder, "empty.mjs");
  writeFileSync(empty, "");
  const commands = [
    { name: "empty", argv: [process.execPath, empty] },
    { name: "aas --help", argv: [process.execPath, cliFile, "--help"] },
    { name: "aas automate status", argv: [process.execPath, cliFile, "automate", "status"] },
    { name: "aas automate status last", argv: [process.execPath, cliFile, "automate", "status", "last"] },
  ].map((command) => ({ ...command, cwd: root }));
  const cpu = measureCommands(commands, times);
  const floor = cpu.get("empty") ?? Number.NaN;
  return commands.slice(1).map(({ name }) => {
    const ours = cpu.get(name) ?? Number.NaN;
    const ratio = ours / floor;
    return {
      name,
      ours: `${ours.toFixed(0)} ms CPU`,
      floor: `${floor.toFixed(0)} ms CPU (empty .mjs)`,
      ratio,
      target: ratioTarget(ratio, limit),
      samples: times,
      note: name === "aas --help" ? "aim 1.8 ×" : "database warm, one finished run",
    };
  });
}
