import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { measureCommands } from "./command-cpu.ts";
import { cliFile, type DemoProject } from "./demo-project.ts";
import { type BenchRow, ratioTarget } from "./row.ts";

const times = 21;
const limit = 3;

const tried =
  "the command reads 46 files of ours, commander and the driver, and asks the database on two connections. Tried and " +
  "kept: stores that are read when used, what tells of a run only where there is one, imports of ours that are not " +
  "searched for (107 ms before, 92 after). Tried and left: `dist` instead of the sources (the same), other flags of V8 " +
  "(more), ending the process at once and standing in for `navigator` and `node:process` (2 ms each). All in one file " +
  "made by a bundler: 79 ms, 3.0 ×. One connection instead of two: 3 ms less of 147, and the server might end between " +
  "look and connection. The driver without its wrapper, packages past the hook: nothing. Of what is left, commander " +
  "takes 20 ms and the driver 30, before either does anything.";

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
      ...(name === "aas --help" ? {} : { tried }),
      note: name === "aas --help" ? "aim 1.8 ×" : "database warm, one finished run",
    };
  });
}
