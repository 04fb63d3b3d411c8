import type { FastForwardOutcome } from "../../ports/checkout.ts";

const filesShown = 3;

/** Why a person's checkout did not follow its base; null: it did. */
export function whyLeftAlone(outcome: FastForwardOutcome, branch: string): string | null {
  switch (outcome.kind) {
    case "updated":
    case "unchanged":
      return null;
    case "not_on_branch":
      return `it is not on ${branch}`;
    case "not_clean":
      return withFiles("it is not clean", outcome.files);
    case "diverged":
      return "it has commits of its own";
    case "filtered":
      return withFiles("a content filter would have to write files", outcome.files);
  }
}

function withFiles(text: string, files: readonly string[]): string {
  if (files.length === 0) return text;
  const more = files.length > filesShown ? ` and ${files.length - filesShown} more` : "";
  return `${text}: ${files.slice(0, filesShown).join(", ")}${more}`;
}
