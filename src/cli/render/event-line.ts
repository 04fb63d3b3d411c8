import type { Event, EventType } from "../../domain/event.ts";
import type { Json } from "../../domain/json.ts";
import { runStateAfter } from "../../domain/running/told-run-state.ts";

type Line = (event: Event, seconds: string) => string | null;

/** The events that people who watch want to see; all others are of use in the full log only. */
const lines: Partial<Readonly<Record<EventType, Line>>> = {
  "run.stage_finished": ({ details, to, reason }, seconds) =>
    stageLine(word(details["stage"]), to ?? "", reason ?? "", seconds),
  "attempt.started": ({ subject, details }, seconds) =>
    taskLine(subject, `attempt ${word(details["attempt"])} started`, seconds),
  "attempt.failed": ({ subject, details, reason }, seconds) =>
    taskLine(subject, `attempt ${word(details["attempt"])} failed: ${firstLine(reason)}`, seconds),
  "attempt.abandoned": ({ subject, reason }, seconds) =>
    taskLine(subject, `attempt interrupted: ${firstLine(reason)}`, seconds),
  "task.collected": ({ subject }, seconds) => taskLine(subject, "collected", seconds),
  "task.uncollected": ({ subject }, seconds) =>
    taskLine(subject, "its work is gone from the run's branch, it is built again", seconds),
  "task.gave_up": ({ subject, reason }, seconds) =>
    taskLine(subject, `needs review: ${firstLine(reason)}`, seconds),
  "approval.requested": ({ reason }) => wordLine("needs you", firstLine(reason)),
  "run.paused": (event) =>
    isForApproval(event) ? null : wordLine("paused", `${event.to ?? ""} ${firstLine(event.reason)}`),
  "run.resumed": ({ reason }) => wordLine("resumed", firstLine(reason)),
  "integration.landed": ({ to }) => wordLine("landed", to?.slice(0, 8) ?? ""),
  "run.failed": ({ to, reason }) => wordLine("failed", `${to ?? ""} ${firstLine(reason)}`),
  "run.canceled": () => wordLine("canceled", ""),
  "batch.delayed": ({ subject, reason }) => wordLine("waiting", `${subject}: ${firstLine(reason)}`),
  "provider.awaited": ({ reason }) => wordLine("waiting", firstLine(reason)),
  "batch.unsupported": ({ reason }) => wordLine("note", firstLine(reason)),
  "run.rolled_back": ({ reason }) => wordLine("rolled back", firstLine(reason)),
};

/** One line for people who watch; null for what they need not see. */
export function renderEventLine(event: Event, since: Date): string | null {
  const seconds = `${Math.round((event.at.getTime() - since.getTime()) / 1000)}s`;
  return lines[event.type]?.(event, seconds) ?? null;
}

/** The request itself is shown, which says more. */
function isForApproval(event: Event): boolean {
  const state = runStateAfter(event);
  return state?.status === "paused" && state.reason === "approval";
}

function word(value: Json | undefined): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function wordLine(what: string, text: string): string {
  return `  ${`[${what}]`.padEnd(11)} ${text}`.trimEnd();
}

function stageLine(stage: string, status: string, output: string, seconds: string): string {
  const shown = status === "success" ? "done" : status;
  return withTime(`  ${`[${shown}]`.padEnd(11)} ${stage.padEnd(10)} ${firstLine(output)}`, seconds);
}

function taskLine(key: string, text: string, seconds: string): string {
  return withTime(`              ${key.padEnd(10)} ${text}`, seconds);
}

const lineWidth = 92;

/** One line of the terminal, however long the text: the rest is in the log. */
function withTime(text: string, seconds: string): string {
  const room = lineWidth - seconds.length - 1;
  const shown = text.length > room ? `${text.slice(0, room - 1)}…` : text;
  return `${shown.padEnd(room)} ${seconds}`;
}

/** One plain log line with time and words, for pipes and CI: nothing in it depends on colour or on what came before. */
export function renderPlainLine(event: Event): string {
  const parts = [event.at.toISOString(), event.runId ?? "-", event.type, event.subject];
  if (event.to !== null) parts.push(`to=${JSON.stringify(event.to)}`);
  if (event.reason !== null) parts.push(`reason=${JSON.stringify(firstLine(event.reason))}`);
  return parts.join(" ");
}

function firstLine(text: string | null): string {
  return (text ?? "").split("\n")[0] ?? "";
}
