import type { FileChange, Plan } from "../../domain/plan.ts";
import { fileProblems } from "../reading/file-problems.ts";

/** Advice beside the task: more of it would crowd out the files themselves. */
const maxCharacters = 4_000;

/** A proposed plan as a builder reads it. A file whose place is not sure is named with the reason, and never as a path. */
export function planText({ phases, files, config, tests }: Plan): string {
  const lines = [
    ...phases.flatMap(({ title, steps }) => [title, ...steps.map((step) => `- ${step}`)]),
    ...files.flatMap(fileLine),
    ...config.map(({ name, type, description }) => `setting ${name} (${type}): ${description}`),
    ...tests.map((test) => `test: ${test}`),
    ...fileProblems(files),
  ];
  return withinRoom(lines);
}

function fileLine({ kind, target }: FileChange): readonly string[] {
  return kind === "example" || target.kind === "unbound" ? [] : [`${kind} ${target.path}`];
}

/** Whole lines only: half a path is another path. */
function withinRoom(lines: readonly string[]): string {
  const kept: string[] = [];
  let room = maxCharacters;
  for (const line of lines) {
    room -= line.length + 1;
    if (room < 0) return [...kept, "…"].join("\n");
    kept.push(line);
  }
  return kept.join("\n");
}
