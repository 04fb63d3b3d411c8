import type { RunId } from "../../domain/ids.ts";
import type { IntegrationOutcome } from "../../domain/integration.ts";
import { retryCommand, type StageOutcome } from "../driving/stage-outcome.ts";

/** How a rejection by the queue reads as the end of a stage. */
export function rejectionOutcome(
  runId: RunId,
  { reason, details }: Extract<IntegrationOutcome, { readonly kind: "rejected" }>,
): StageOutcome {
  const shared = { kind: "failed", cure: retryCommand(runId), details } as const;
  switch (reason) {
    case "conflict": {
      const message = `The base branch moved and conflicts in ${details.join(", ")}.`;
      return { ...shared, code: "conflict", message };
    }
    case "base_red": {
      const message = details[0] ?? "The base branch is red without this change.";
      return { ...shared, code: "base_red", message, cure: `Mend it there, then: ${retryCommand(runId)}` };
    }
    case "nothing_to_land":
      return { ...shared, code: "validation_failed", message: "Nothing is left to land.", cure: null };
    case "not_approved":
      return { ...shared, code: "rejected", message: details[0] ?? "It was not approved." };
    case "checks_failed":
      return { ...shared, code: "validation_failed", message: details[0] ?? "Checks failed." };
    case "canceled":
      return { ...shared, code: "rejected", message: "It was taken out of the queue." };
  }
}
