import { createReadStream } from "node:fs";
import { parse, type ParseError, printParseErrorCode } from "jsonc-parser";
import { closestName } from "../config/closest-name.ts";
import { AasError } from "../domain/errors.ts";
import { lintPlan } from "../domain/planning/plan-lint.ts";
import { parseTaskPlan } from "../pipeline/planning/parse-task-plan.ts";
import { type UnknownField, unknownFieldsOf } from "../pipeline/planning/unknown-fields.ts";

/** More than the longest plan there can be; what has no end is not read to it. */
const maxPlanBytes = 10_000_000;

const planShape =
  '{ "tasks": [{ "id": "a", "title": "Add a", "files": ["src/a.ts"], "dependsOn": ["id"], "acceptance": [["program", "argument"]] }] }';

/** The text of a plan by hand that can be worked on, or every fault it has, with the file and the field. */
export async function readPlanFile(file: string): Promise<string> {
  const text = await readText(file);
  assertJson(file, text);
  const problems = problemsOf(text);
  if (problems.length === 0) return text;
  throw new AasError("plan_invalid", `--plan ${file} cannot be used. ${shortened(problems).join(" ")}`, {
    cure: `Mend it in ${file}: ${planShape}`,
  });
}

async function readText(file: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(file)) {
      chunks.push(chunk as Buffer);
      bytes += (chunk as Buffer).length;
      if (bytes > maxPlanBytes) break;
    }
  } catch (error) {
    throw unreadable(file, whyUnreadable(error), error);
  }
  if (bytes > maxPlanBytes) throw unreadable(file, `it holds more than ${maxPlanBytes / 1_000_000} MB`);
  return Buffer.concat(chunks).toString("utf8");
}

function unreadable(file: string, why: string, cause?: unknown): AasError {
  return new AasError("usage", `--plan ${file} cannot be read: ${why}.`, {
    cure: "Give a JSON file; docs/cli.md shows what a plan looks like.",
    cause,
  });
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EISDIR: "it is a folder",
  EACCES: "it may not be read",
  EPERM: "it may not be read",
};

function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  return reasons[code] ?? code;
}

/** What is no JSON at all is told by its place. */
function assertJson(file: string, text: string): void {
  const faults: ParseError[] = [];
  parse(withoutMark(text), faults, { disallowComments: true });
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

/** A byte order mark keeps its place, so that columns are those of the file. */
function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/u, " ");
}

function problemsOf(text: string): readonly string[] {
  const unknown = unknownFieldsOf(parse(withoutMark(text))).map(sayUnknown);
  const parsed = parseTaskPlan(text);
  if (parsed.kind === "unreadable") return [...unknown, ...parsed.problems];
  const lint = lintPlan(parsed.plan);
  return [...unknown, ...(lint.kind === "refused" ? lint.problems : [])];
}

function sayUnknown({ path, known }: UnknownField): string {
  const name = path.slice(path.lastIndexOf(".") + 1);
  const near = closestName(name, known);
  const hint = near === null ? `it may hold ${known.join(", ")}` : `did you mean ${near}`;
  return `${path} is unknown: ${hint}${near === null ? "." : "?"}`;
}

const shownProblems = 20;

function shortened(problems: readonly string[]): readonly string[] {
  if (problems.length <= shownProblems) return problems;
  return [...problems.slice(0, shownProblems), `… and ${problems.length - shownProblems} more.`];
}
