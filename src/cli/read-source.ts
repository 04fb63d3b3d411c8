import { readFile } from "node:fs/promises";
import { parse, type ParseError, printParseErrorCode } from "jsonc-parser";
import { AasError, messageOf } from "../domain/errors.ts";
import type { GivenSource } from "../domain/run.ts";
import { parseTaskPlan } from "../pipeline/planning/parse-task-plan.ts";
import { parseTaskKey } from "./parse-task-key.ts";
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
  let json: string;
  try {
    json = await readFile(file, "utf8");
  } catch (error) {
    throw new AasError("usage", `--plan ${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
  if (parseTaskPlan(json).kind === "unreadable") assertJson(file, json);
  return { kind: "plan", json };
}

/** What is no JSON at all is told by its place; what is wrong with a plan is told by who takes it. */
function assertJson(file: string, text: string): void {
  const faults: ParseError[] = [];
  parse(text.replace(/^\uFEFF/u, " "), faults, { disallowComments: true });
  const [fault] = faults;
  if (fault === undefined) return;
  const before = text.slice(0, fault.offset).split(/\r\n|\r|\n/u);
  const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  const name = printParseErrorCode(fault.error).replaceAll(
    /\B[A-Z]/gu,
    (letter) => ` ${letter.toLowerCase()}`,
  );
  throw new AasError("plan_invalid", `--plan ${file} is no JSON: ${place}: ${name.toLowerCase()}.`, {
    cure: "Mend it there; docs/cli.md shows what a plan looks like.",
  });
}

/** `--tasks AAS-1,AAS-2`: tasks that stand on the board. */
function readTasksOption(options: Options): GivenSource | null {
  const list = options["tasks"];
  if (typeof list !== "string") return null;
  return { kind: "tasks", keys: list.split(",").map((key) => parseTaskKey(key, "--tasks")) };
}
