import type { Attempt } from "../../domain/attempt.ts";
import type { Run } from "../../domain/run.ts";
import type { Task } from "../../domain/task.ts";
import type { Signature } from "../../ports/git.ts";

const conventionalTypes: Readonly<Record<string, string>> = {
  feature: "feat",
  bug: "fix",
  documentation: "docs",
  infrastructure: "build",
  test: "test",
  refactor: "refactor",
};

/** `feat: Sort todos by due date`: a conventional title out of the task's type and title. */
export function commitTitle(task: Pick<Task, "type" | "title">): string {
  const type = conventionalTypes[task.type.toLowerCase()] ?? "feat";
  return cut(`${type}: ${oneLine(task.title)}`, 100);
}

/** The message of one attempt's commit; its trailers say where it came from. */
export function attemptMessage(run: Run, task: Task, attempt: Attempt): string {
  const trailers = [`Aas-Run: ${run.id}`, `Aas-Task: ${task.key}`, `Aas-Attempt: ${attempt.id}`];
  return `${commitTitle(task)}\n\n${task.description.trim()}\n\n${trailers.join("\n")}\n`;
}

/** The message of a task's commit on the integration branch. */
export function collectedMessage(run: Run, task: Task, submissionId: string): string {
  const trailers = [`Aas-Run: ${run.id}`, `Aas-Task: ${task.key}`, `Aas-Submission: ${submissionId}`];
  return `${commitTitle(task)}\n\n${task.description.trim()}\n\n${trailers.join("\n")}\n`;
}

/** The message of the one commit by which a run lands: it names every task it brings. */
export function landingMessage(run: Run, tasks: readonly Task[]): string {
  const list = tasks.map((task) => `- ${task.key} ${oneLine(task.title)}`);
  const trailers = [`Aas-Run: ${run.id}`, ...tasks.map((task) => `Aas-Task: ${task.key}`)];
  return `feat: ${cut(oneLine(run.goal), 90)}\n\n${list.join("\n")}\n\n${trailers.join("\n")}\n`;
}

export function revertMessage(run: Run, landed: string, reason: string): string {
  return `revert: ${cut(oneLine(run.goal), 88)}\n\nThis reverts commit ${landed}.\n${oneLine(reason)}\n\nAas-Run: ${run.id}\nAas-Reverts: ${landed}\n`;
}

/** Our commits carry the time of what they record, so that making one again after a crash gives the same commit. */
export function signatureAt(at: Date): Signature {
  return { name: "aas", email: "aas@localhost", at };
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/gu, " ").trim();
}

/** At most so many characters, and never half of one. */
function cut(text: string, characters: number): string {
  return text.slice(0, characters).replace(/[\uD800-\uDBFF]$/u, "");
}

/** Values of a trailer in a commit message, in order. */
export function readTrailer(message: string, name: string): readonly string[] {
  return message
    .split("\n")
    .filter((line) => line.startsWith(`${name}: `))
    .map((line) => line.slice(name.length + 2).trim());
}
