import { AasError } from "./errors.ts";

export const maxGoalCharacters = 20_000;

/** A person's sentence, in any language. Refuses what cannot be one, before anything is spent on it. */
export function parseGoal(text: string): string {
  const goal = text.normalize("NFC").trim();
  if (!/[\p{L}\p{N}\p{P}\p{S}]/u.test(goal)) {
    throw new AasError("goal_invalid", "The goal is empty.", {
      cure: 'aas automate "Add due dates to todos"',
    });
  }
  if (goal.length > maxGoalCharacters) {
    throw new AasError(
      "goal_invalid",
      `The goal has ${goal.length} characters; at most ${maxGoalCharacters} are read.`,
      {
        cure: "Put the details into files of the repository and name them in the goal.",
      },
    );
  }
  if (hasControlCharacters(goal)) {
    throw new AasError("goal_invalid", "The goal contains control characters.", {
      cure: "Write it as plain text.",
    });
  }
  return goal;
}

function hasControlCharacters(text: string): boolean {
  return /(?![\t\n\r])[\p{Cc}\p{Cs}]/u.test(text);
}
