import type { AttemptFailure } from "../../../src/domain/attempt.ts";
import type { Builder } from "../../../src/ports/builder.ts";

export interface RogueBuilder extends Builder {
  /** What each attempt was told of the one before. */
  readonly told: readonly (AttemptFailure | null)[];
}

/** A builder that is a program: it does in its worktree what it likes, one act for each attempt; the last one again. */
export function rogueBuilder(...acts: readonly ((worktree: string) => void)[]): RogueBuilder {
  const told: (AttemptFailure | null)[] = [];
  return {
    name: "rogue",
    told,
    build: async ({ worktree, lastFailure }) => {
      const act = acts[told.length] ?? acts.at(-1);
      told.push(lastFailure);
      act?.(worktree);
      return { kind: "built", claims: { tests: "all of them pass, believe me" } };
    },
  };
}
