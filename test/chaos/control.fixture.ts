import { openControl } from "../../src/app/project/open-control.ts";
import { openProject } from "../../src/app/project/open-project.ts";
import { isAasError } from "../../src/domain/errors.ts";
import { chaosModel } from "./chaos-model.ts";
import { type CommandName, commands } from "./commands.ts";

/** One command of a person, as a process of its own that can die on the way. A refusal is an answer. */
const { AAS_CHAOS_PROJECT = "", AAS_CHAOS_GATES = "", AAS_CHAOS_JOURNAL = "" } = process.env;
const [command = "", goal = ""] = process.argv.slice(2);
process.stdin.on("end", () => process.exit(1)).resume();

await using project = await openProject(AAS_CHAOS_PROJECT, process.env);
await using control = await openControl(project, async () =>
  chaosModel({ gates: AAS_CHAOS_GATES, journal: AAS_CHAOS_JOURNAL }),
);
try {
  await commands[command as CommandName](control, goal);
} catch (error) {
  if (!isAasError(error) || error.code !== "conflict") throw error;
  process.stderr.write(`${command}: refused: ${error.message}\n`);
}
process.exit(0);
