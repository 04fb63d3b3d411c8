import type { Event, EventType } from "../../domain/event.ts";
import { runStateAfter } from "../../domain/running/told-run-state.ts";

/** Something that a monitor of batches tells: one plain line, the same for people and for scripts. */
export interface BatchChange {
  readonly kind:
    | "submitted"
    | "sent"
    | "back"
    | "canceled"
    | "delayed"
    | "held"
    | "paused"
    | "failed"
    | "note";
  readonly at: Date;
  /** A run, a batch, or nothing of ours. */
  readonly subject: string | null;
  readonly text: string;
}

export function renderBatchChange({ at, kind, subject, text }: BatchChange): string {
  return [at.toISOString(), kind.padEnd(9), subject, text].filter((part) => part !== null).join(" ");
}

/** What an event means to somebody who watches batches; null when it is about something else. */
export function toBatchChange(event: Event): BatchChange | null {
  const kind = kindOf(event);
  if (kind === null) return null;
  const reason = (event.reason ?? "").split("\n")[0] ?? "";
  const of = event.type === "batch.changed" ? `of ${event.runId ?? ""}: ${event.to ?? ""}` : "";
  const text = [of, reason].filter((part) => part !== "").join(", ");
  return { kind, at: event.at, subject: event.subject, text };
}

function kindOf(event: Event): BatchChange["kind"] | null {
  return kinds[event.type]?.(event) ?? null;
}

type Kind = (event: Event) => BatchChange["kind"] | undefined;

const kinds: Partial<Readonly<Record<EventType, Kind>>> = {
  "batch.changed": ({ to }) => batchKinds[to ?? ""],
  "batch.delayed": () => "delayed",
  "run.paused": (event) => (isHold(event) ? "held" : "paused"),
  "run.failed": () => "failed",
};

const batchKinds: Readonly<Partial<Record<string, BatchChange["kind"]>>> = {
  submitted: "sent",
  completed: "back",
  expired: "back",
  canceled: "canceled",
  failed: "failed",
};

/** A worker says so for the run's policy; a person who pauses has another name. */
function isHold(event: Event): boolean {
  const state = runStateAfter(event);
  const isForPerson = state?.status === "paused" && state.stage === "implement" && state.reason === "person";
  return isForPerson && event.actor.startsWith("worker:");
}
