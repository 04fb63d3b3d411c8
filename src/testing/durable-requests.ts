import type { Json } from "../domain/json.ts";
import type { QueuePlace, StartRequest } from "../ports/durable.ts";
import type { Listen, Walk } from "./durable-workflows.ts";

export function request(
  workflow: string,
  id: string,
  input: Json,
  queue: QueuePlace | null = null,
): StartRequest {
  return { workflow, id, input, queue };
}

export function walk(id: string, input: Walk, queue: QueuePlace | null = null): StartRequest {
  return request("walk", id, input, queue);
}

export function listen(id: string, input: Listen, queue: QueuePlace | null = null): StartRequest {
  return request("listener", id, input, queue);
}

export function numbered(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix} ${index}`);
}

/** How many had begun and not ended, at most. */
export function mostAtOnce(notes: readonly string[]): number {
  let running = 0;
  let most = 0;
  for (const note of notes) {
    if (note.endsWith("begins")) running += 1;
    if (note.endsWith("ends")) running -= 1;
    most = Math.max(most, running);
  }
  return most;
}

export function singlePlace(priority: number): QueuePlace {
  return { name: "single", priority, key: null };
}
