import { stateIn, type ToldEvent } from "./told.ts";

export interface ExpectedMessage {
  readonly runId: string;
  readonly kind: string;
}

/** What people must hear, by the events alone. */
export function expectedMessages(events: readonly ToldEvent[]): readonly ExpectedMessage[] {
  return events.flatMap((event) => {
    const kind = kindOf(event);
    return event.runId === null || kind === null ? [] : [{ runId: event.runId, kind }];
  });
}

function kindOf(event: ToldEvent): string | null {
  switch (event.type) {
    case "run.completed":
      return "run_completed";
    case "run.failed":
      return "run_failed";
    case "run.rolled_back":
      return "run_rolled_back";
    case "approval.requested":
      return "needs_approval";
    case "task.gave_up":
      return "needs_you";
    case "run.paused":
      return ["approval", "person"].includes(stateIn(event).reason ?? "") ? null : "needs_you";
    default:
      return null;
  }
}
