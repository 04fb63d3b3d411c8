import { AasError } from "../../domain/errors.ts";
import type { StageOutcome } from "../driving/stage-outcome.ts";

const cure = "Set checks in aas.config.jsonc, or give each task an acceptance command.";

/** What a planner is told that can still name acceptance commands. */
export function complainAboutProof(ids: readonly string[]): readonly string[] {
  return ids.map(
    (id) =>
      `The repository has no check that must pass, and ${JSON.stringify(id)} has no acceptance command.`,
  );
}

export function noChecksOutcome(ids: readonly string[]): StageOutcome {
  return { kind: "failed", code: "no_checks", message: describe(ids), cure };
}

export function noChecksError(ids: readonly string[]): AasError {
  return new AasError("no_checks", describe(ids), { cure });
}

function describe(ids: readonly string[]): string {
  return `Nothing would prove the work: the repository has no check that must pass, and no acceptance command stands in ${ids.join(", ")}.`;
}
