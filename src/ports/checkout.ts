import type { Sha } from "../domain/ids.ts";
import type { EffectTable } from "./effects.ts";

/**
 * The user's own repository. It is read; only a remote of ours is ever added to it, and its base branch is
 * fast-forwarded when the user asked for that. Nothing in it (hooks, filters, configuration) ever runs.
 */
export interface Checkout {
  inspect(folder: string): Promise<CheckoutState>;
  /** Adds a remote unless one of that name is there; never changes one. `root` as `inspect` says it. */
  addRemote(root: string, remote: CheckoutRemote): Promise<AddRemoteOutcome>;
  /** Brings the branch, its files included, to this commit of another repository; all or nothing, safe to repeat. */
  fastForward(root: string, target: FastForward): Promise<FastForwardOutcome>;
}

export type CheckoutState =
  | { readonly kind: "not_a_repository" }
  | { readonly kind: "bare"; readonly gitDir: string }
  | ({ readonly kind: "ok" } & CheckoutFacts);

export interface CheckoutFacts {
  readonly root: string;
  readonly gitDir: string;
  /** The short name of the branch; null when HEAD is detached. */
  readonly headBranch: string | null;
  /** The branch that everybody works from; null when nothing tells. */
  readonly defaultBranch: string | null;
  /** Null when nothing was committed yet. */
  readonly headSha: Sha | null;
  /** Tracked files that differ from HEAD, staged or not. Untracked files do not count. */
  readonly dirtyFiles: readonly string[];
  readonly isShallow: boolean;
  readonly hasSubmodules: boolean;
  readonly remotes: readonly CheckoutRemote[];
  /** Whether anything is in the folder besides git's own. */
  readonly hasFiles: boolean;
}

export interface CheckoutRemote {
  readonly name: string;
  readonly url: string;
}

export type AddRemoteOutcome =
  | { readonly kind: "added" }
  | { readonly kind: "unchanged" }
  /** The name stands for another address. */
  | { readonly kind: "taken"; readonly url: string };

export interface FastForward {
  /** Short name: `main`. */
  readonly branch: string;
  readonly sha: Sha;
  /** The repository that has the commit. */
  readonly from: string;
  /** Files that we write in the checkout ourselves: while the commit leaves them alone, their changes are kept and do not stand in the way. */
  readonly ours: readonly string[];
}

export type FastForwardOutcome =
  | { readonly kind: "updated"; readonly previous: Sha | null }
  | { readonly kind: "unchanged" }
  | { readonly kind: "not_on_branch"; readonly headBranch: string | null }
  /** Somebody's work would be overwritten: these files changed, or stand untracked where new ones would. */
  | { readonly kind: "not_clean"; readonly files: readonly string[] }
  | { readonly kind: "diverged"; readonly headSha: Sha }
  /** These files go through a content filter (LFS, encryption), which is never run here. */
  | { readonly kind: "filtered"; readonly files: readonly string[] };

export const checkoutEffects = {
  addRemote: "effect",
  fastForward: "effect",
  inspect: "read",
} as const satisfies EffectTable<Checkout>;
