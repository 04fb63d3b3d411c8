import type { Event, NewEvent } from "../domain/event.ts";
import type { ProjectId, RunId } from "../domain/ids.ts";
import type { EffectTable } from "./effects.ts";

export interface EventLog {
  /** Within a transaction the numbers are given at its commit, so that readers who follow `seq` never miss one. */
  append(events: readonly NewEvent[]): Promise<void>;
  /** In order of `seq`, after the given one. */
  listAfter(projectId: ProjectId, seq: number, limit: number): Promise<readonly Event[]>;
  listOfRun(runId: RunId): Promise<readonly Event[]>;
  lastSeq(projectId: ProjectId): Promise<number>;
}

export const eventLogEffects = {
  append: "effect",
  listAfter: "read",
  listOfRun: "read",
  lastSeq: "read",
} as const satisfies EffectTable<EventLog>;
