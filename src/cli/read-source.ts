import { AasError } from "../domain/errors.ts";
import type { GivenSource } from "../domain/run.ts";
import { parseTaskKey } from "./parse-task-key.ts";
import { readPlanFile } from "./read-plan-file.ts";
import type { Options } from "./register.ts";

/** What a run shall work on when it is not to ask a planner. */
export async function readSource(options: Options): Promise<GivenSource | null> {
  if (typeof options["plan"] === "string" && typeof options["tasks"] === "string") {
    throw new AasError("usage", "--plan and --tasks both say what to work on.", {
      cure: "Give one of them.",
    });
  }
  return (await readPlanOption(options)) ?? readTasksOption(options);
}

/** `--plan file.json`: a plan by hand. */
async function readPlanOption(options: Options): Promise<GivenSource | null> {
  const file = options["plan"];
  if (typeof file !== "string") return null;
  return { kind: "plan", json: await readPlanFile(file) };
}

/** `--tasks AAS-1,AAS-2`: tasks that stand on the board. */
function readTasksOption(options: Options): GivenSource | null {
  const list = options["tasks"];
  if (typeof list !== "string") return null;
  return { kind: "tasks", keys: list.split(",").map((key) => parseTaskKey(key, "--tasks")) };
}
