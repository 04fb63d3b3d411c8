import type { Sha } from "../domain/ids.ts";
import type { EffectTable } from "./effects.ts";

/** Where the base branch lives: the repository that everybody else sees. */
export interface Forge {
  readonly name: string;
  /** Brings the base branch into our mirror and answers its head; null when it does not exist. */
  fetchBase(branch: string): Promise<Sha | null>;
  /** Shows a change to people before it lands: staging branch and a pull request, or our own record of one. */
  stage(request: StageRequest): Promise<{ readonly pullRequest: string | null }>;
  unstage(stagingRef: string): Promise<void>;
  tag(name: string, sha: Sha): Promise<void>;
  untag(name: string): Promise<void>;
  /** Moves the base to exactly this commit if it is still where we tested. Repeating a landing that happened answers `landed`. */
  moveBase(request: MoveBaseRequest): Promise<MoveBaseOutcome>;
}

export interface StageRequest {
  readonly stagingRef: string;
  readonly sha: Sha;
  readonly branch: string;
  readonly title: string;
  readonly body: string;
}

export interface MoveBaseRequest {
  readonly branch: string;
  readonly expected: Sha;
  readonly next: Sha;
  /** What has not moved by then moves no more. */
  readonly deadlineMs?: number;
}

export type MoveBaseOutcome =
  | { readonly kind: "landed" }
  | { readonly kind: "moved"; readonly actual: Sha | null }
  | { readonly kind: "refused"; readonly reason: string };

export const forgeEffects = {
  fetchBase: "effect",
  stage: "effect",
  unstage: "effect",
  tag: "effect",
  untag: "effect",
  moveBase: "effect",
  name: "read",
} as const satisfies EffectTable<Forge>;
