import type { Event } from "../../domain/event.ts";

/** One line for people who watch: what finished, failed or needs them. Null for what is only of use in the full log. */
export function renderEventLine(event: Event, since: Date): string | null {
  const seconds = `${Math.round((event.at.getTime() - since.getTime()) / 1000)}s`;
  const { subject, reason } = event;
  switch (event.type) {
    case "run.created":
      return null;
    case "run.stage_finished":
      return stageLine(String(event.details["stage"] ?? event.from), event.to ?? "", reason ?? "", seconds);
    case "attempt.started":
      return taskLine(subject, `attempt ${String(event.details["attempt"])} started`, seconds);
    case "attempt.failed":
      return taskLine(
        subject,
        `attempt ${String(event.details["attempt"])} failed: ${firstLine(reason)}`,
        seconds,
      );
    case "attempt.abandoned":
      return taskLine(subject, `attempt interrupted: ${firstLine(reason)}`, seconds);
    case "task.collected":
      return taskLine(subject, "collected", seconds);
    case "task.gave_up":
      return taskLine(subject, `needs review: ${firstLine(reason)}`, seconds);
    case "approval.requested":
      return `  [needs you] ${firstLine(reason)}`;
    case "run.paused":
      return event.to?.includes("approval") ? null : `  [paused]    ${event.to ?? ""} ${firstLine(reason)}`;
    case "run.resumed":
      return `  [resumed]   ${firstLine(reason)}`;
    case "integration.landed":
      return `  [landed]    ${event.to?.slice(0, 8) ?? ""}`;
    case "run.failed":
      return `  [failed]    ${event.to ?? ""} ${firstLine(reason)}`;
    case "run.canceled":
      return "  [canceled]";
    case "run.rolled_back":
      return `  [rolled back] ${firstLine(reason)}`;
    default:
      return null;
  }
}

function stageLine(stage: string, status: string, output: string, seconds: string): string {
  const word = status === "success" ? "done" : status;
  return (
    `  ${`[${word}]`.padEnd(11)} ${stage.padEnd(10)} ${firstLine(output)}`.padEnd(76) + seconds.padStart(6)
  );
}

function taskLine(key: string, text: string, seconds: string): string {
  return `                ${key.padEnd(9)} ${text}`.slice(0, 118).padEnd(76) + seconds.padStart(6);
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
