import type { AttemptFailure } from "../domain/attempt.ts";
import type { ParsedAnalysis } from "../domain/analysis.ts";
import type { Task } from "../domain/task.ts";
import type { ModelRequest } from "../ports/model.ts";
import type { PlanRequest } from "../ports/planner.ts";

/** Requests are made of what they are about and nothing else: no dates, ids or paths of this machine. */
export function planRequest({ goal, facts, complaints }: PlanRequest): ModelRequest {
  const system = [
    "You plan work on a code repository. Answer with one JSON object and nothing else:",
    '{"tasks":[{"id","title","description","priority":"urgent|high|medium|low","type","dependsOn":[ids],"files":[paths],"acceptance":[[program,args…]]}],"sizeReason":string|null}',
    "Five to ten tasks are usual; say in sizeReason why there are fewer or more.",
    "A task depends only on tasks it needs. files lists every file the task may create or change; folders end with /.",
  ].join("\n");
  const prompt = [
    section("Goal", goal),
    section("Files of the repository", facts.files.join("\n")),
    section("Languages", facts.languages.join(", ")),
    section("Checks that must pass", facts.checks.join("\n")),
    section("Open tasks", facts.openTasks.join("\n")),
    section("Your last answer could not be used", complaints.join("\n")),
  ].join("");
  return { purpose: "decompose", system, prompt, schema: null, maxOutputTokens: 8_000 };
}

/** An answer that did not fit is asked for again with more room. */
export function analysisRequest(goal: string, task: Task, roomFactor = 1): ModelRequest {
  const system = [
    "You analyse one task of a plan before it is built. Answer with one JSON object and nothing else:",
    '{"complexity":"low|medium|high","blockers":[string],"firstStep":string,"steps":[string]}',
  ].join("\n");
  return {
    purpose: "analyse",
    system,
    prompt: section("Goal", goal) + describeTask(task),
    schema: null,
    maxOutputTokens: 2_000 * roomFactor,
  };
}

export interface BuildPromptParts {
  readonly goal: string;
  readonly task: Task;
  readonly analysis: ParsedAnalysis | null;
  readonly files: ReadonlyMap<string, string>;
  readonly lastFailure: AttemptFailure | null;
  readonly landedMeanwhile: readonly string[];
}

export function buildRequest(parts: BuildPromptParts): ModelRequest {
  const { analysis, lastFailure } = parts;
  const system = [
    "You write code for one task. Answer with file operations and nothing else.",
    "A whole file: a line `FILE: path`, then the content in a fenced block.",
    "A change: a line `EDIT: path`, then a fenced block with one or more of",
    "<<<<<<< SEARCH\nexact lines of the file\n=======\nlines instead\n>>>>>>> REPLACE",
    "SEARCH must match exactly one place. Touch only the files named. Never leave anything out.",
  ].join("\n");
  const files = [...parts.files].map(([path, text]) => `--- ${path}\n${text}`).join("\n");
  const prompt = [
    section("Goal", parts.goal),
    describeTask(parts.task),
    section("Steps", analysis?.steps.join("\n") ?? ""),
    section("Files as they are", files),
    section(
      "The last attempt failed",
      lastFailure === null ? "" : [lastFailure.summary, ...lastFailure.details].join("\n"),
    ),
    section("Landed since then", parts.landedMeanwhile.join("\n")),
    section("A person says", parts.task.hint ?? ""),
  ].join("");
  return { purpose: "build", system, prompt, schema: null, maxOutputTokens: 16_000 };
}

function describeTask(task: Task): string {
  return [
    section("Task", task.title),
    section("Description", task.description),
    section("Files you may write", task.files.join("\n")),
    section("Done when these pass", task.acceptance.map((command) => command.join(" ")).join("\n")),
  ].join("");
}

function section(title: string, body: string): string {
  return body.trim() === "" ? "" : `## ${title}\n${body.trim()}\n\n`;
}
