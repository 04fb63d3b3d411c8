import type { BatchTrouble } from "./batch-trouble.ts";
import type { OutcomeStatus } from "./request-outcome.ts";

/** What follows from how a batch ended: told with its end, so that people see why what comes next comes. */
export type BatchSequel =
  | "nothing"
  | "ask_again"
  | "give_up"
  | "give_up_some"
  | "look_at_some"
  | "write_off"
  | "pause_for_money"
  | "split"
  | "split_by_model"
  | "try_later"
  | "upload_again"
  | "try_once_more"
  | "wait_for_retry"
  | "ask_alone";

const sequels = {
  invalid: "give_up",
  too_large: "split",
  mixed_models: "split_by_model",
  busy: "try_later",
  unpaid: "pause_for_money",
  no_batches: "ask_alone",
  upload_lost: "upload_again",
  lost: "ask_again",
  archived: "write_off",
  withdrawn: "wait_for_retry",
  unexplained: "try_once_more",
} as const satisfies Readonly<Record<BatchTrouble, BatchSequel>>;

export function sequelOfTrouble(trouble: BatchTrouble): BatchSequel {
  return sequels[trouble];
}

const askedAgain: ReadonlySet<OutcomeStatus> = new Set([
  "truncated",
  "transient",
  "expired",
  "canceled",
  "missing",
  "not_run",
]);

export function sequelOfOutcomes(statuses: readonly OutcomeStatus[]): BatchSequel {
  if (statuses.some((status) => askedAgain.has(status))) return "ask_again";
  if (statuses.some((status) => status === "filtered" || status === "refused" || status === "unreadable"))
    return "look_at_some";
  const refused = statuses.filter((status) => status === "invalid_request").length;
  if (refused === 0) return "nothing";
  return refused === statuses.length ? "give_up" : "give_up_some";
}

/** What is known of a request that its batch ended without a word about. */
export function statusOfUnanswered(
  end: "completed" | "expired" | "canceled" | "failed",
  trouble: BatchTrouble | null,
): OutcomeStatus {
  switch (end) {
    case "completed":
      return "missing";
    case "expired":
    case "canceled":
      return end;
    case "failed":
      if (trouble === "invalid") return "invalid_request";
      return trouble === "lost" || trouble === "archived" ? "missing" : "not_run";
  }
}
