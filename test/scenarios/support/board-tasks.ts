import { makeId, toTaskKey } from "../../../src/domain/ids.ts";
import type { Task } from "../../../src/domain/task.ts";
import { sampleTask } from "../../../src/testing/samples.ts";
import type { Story } from "./word-book.ts";

/** A run for these tasks of the board. */
export function tasks(...keys: readonly string[]): {
  readonly source: { readonly kind: "tasks"; readonly keys: readonly string[] };
} {
  return { source: { kind: "tasks", keys } };
}

/** A task of the board that writes a word: `boardTask(7, "one")` is AAS-7. */
export function boardTask(number: number, id: string, overrides: Partial<Task> = {}): Task {
  return sampleTask({
    id: makeId("tsk", `board${number}`),
    key: toTaskKey(`AAS-${number}`),
    projectId: makeId("prj", "scenario"),
    runId: null,
    title: `Write ${id}`,
    files: [`words/${id}.txt`],
    acceptance: [],
    ...overrides,
  });
}

export async function putOnBoard(story: Story, ...all: readonly Task[]): Promise<void> {
  for (const task of all) await story.deps.db.tasks.insert(task);
}
