import type { Event, EventType } from "../../domain/event.ts";
import type { Stage, StageResult } from "../../domain/stage.ts";
import { runStateAfter } from "../../domain/running/told-run-state.ts";

/** What a run went through, in order: one entry each time it was in a stage, waited, or was started again. */
export type TimelineEntry =
  | {
      readonly kind: "stage";
      readonly stage: Stage;
      /** Null while it is in it, or when it was interrupted for good. */
      readonly status: StageResult["status"] | null;
      readonly output: string;
      readonly startedAt: Date;
      readonly finishedAt: Date | null;
    }
  | {
      readonly kind: "pause";
      readonly reason: string;
      readonly why: string;
      /** Who ended it, and with which words; null while it lasts. */
      readonly endedBy: string | null;
      readonly startedAt: Date;
      readonly finishedAt: Date | null;
    }
  | { readonly kind: "retry"; readonly by: string; readonly startedAt: Date; readonly finishedAt: Date };

type StageEntry = Extract<TimelineEntry, { readonly kind: "stage" }>;

/** Read from the events of one run, the oldest first. */
export function timelineOf(events: readonly Event[]): readonly TimelineEntry[] {
  return events.reduce<readonly TimelineEntry[]>(addEvent, []);
}

type Step = (entries: readonly TimelineEntry[], event: Event) => readonly TimelineEntry[];

function addEvent(entries: readonly TimelineEntry[], event: Event): readonly TimelineEntry[] {
  return steps[event.type]?.(entries, event) ?? entries;
}

const steps: Readonly<Partial<Record<EventType, Step>>> = {
  "run.started": enter,
  "run.stage_entered": enter,
  "run.stage_finished": finish,
  "run.paused": (entries, event) => [...entries, toPause(event)],
  "run.resumed": endPause,
  "run.retried": (entries, event) => enter([...entries, toRetry(event)], event),
  "run.canceled": (entries, event) =>
    entries.map((entry) => (entry.finishedAt === null ? { ...entry, finishedAt: event.at } : entry)),
};

function toRetry({ actor, at }: Event): TimelineEntry {
  return { kind: "retry", by: actor, startedAt: at, finishedAt: at };
}

function enter(entries: readonly TimelineEntry[], event: Event): readonly TimelineEntry[] {
  const state = runStateAfter(event);
  if (state?.status !== "running") return entries;
  const entry: StageEntry = {
    kind: "stage",
    stage: state.stage,
    status: null,
    output: "",
    startedAt: event.at,
    finishedAt: null,
  };
  return [...entries, entry];
}

function finish(entries: readonly TimelineEntry[], event: Event): readonly TimelineEntry[] {
  const open = entries.findLastIndex(
    (entry) => entry.kind === "stage" && entry.finishedAt === null && entry.stage === event.from,
  );
  const status = statuses.find((each) => each === event.to) ?? null;
  return entries.map((entry, index) =>
    index === open && entry.kind === "stage"
      ? { ...entry, status, output: event.reason ?? "", finishedAt: event.at }
      : entry,
  );
}

const statuses = ["success", "partial", "failure"] as const;

function toPause(event: Event): TimelineEntry {
  const state = runStateAfter(event);
  const reason = state?.status === "paused" ? state.reason : "";
  const shared = { startedAt: event.at, finishedAt: null, endedBy: null };
  return { kind: "pause", reason, why: event.reason ?? "", ...shared };
}

function endPause(entries: readonly TimelineEntry[], event: Event): readonly TimelineEntry[] {
  return entries.map((entry) =>
    entry.kind === "pause" && entry.finishedAt === null
      ? { ...entry, finishedAt: event.at, endedBy: event.actor }
      : entry,
  );
}
