import type { FileKind } from "../domain/file-kind.ts";
import type { Sha } from "../domain/ids.ts";
import type { EffectTable } from "./effects.ts";

/**
 * Our own bare mirror of one project. Never the user's repository: what is done there is in `ports/checkout.ts`.
 * Names of refs are full (`refs/heads/…`). Everything is safe to repeat after a crash.
 */
export interface Git {
  resolve(ref: string): Promise<Sha | null>;
  treeOf(commit: Sha): Promise<Sha>;
  parentsOf(commit: Sha): Promise<readonly Sha[]>;
  messageOf(commit: Sha): Promise<string>;
  isAncestor(ancestor: Sha, descendant: Sha): Promise<boolean>;
  /** Commits reachable from `to` and not from `from`, oldest first. */
  commitsBetween(from: Sha | null, to: Sha): Promise<readonly CommitSummary[]>;
  listFiles(commit: Sha): Promise<readonly TreeFile[]>;
  /** Null when there is no such file. Refuses anything that is not a plain file. */
  readFile(commit: Sha, path: string): Promise<Buffer | null>;
  changedFiles(from: Sha, to: Sha): Promise<readonly ChangedFile[]>;
  diff(from: Sha, to: Sha): Promise<string>;
  listRefs(prefix: string): Promise<ReadonlyMap<string, Sha>>;

  /** Brings refs of another repository into this one: `[["refs/heads/main", "refs/aas/base/main"]]`. Never writes there. Answers the refs that it does not have. */
  fetch(source: string, refs: readonly RefPair[]): Promise<readonly string[]>;
  /** Fast-forwards one ref of another repository by compare-and-swap; `moved` when it is no longer at `expected`. */
  push(target: string, request: PushRequest): Promise<PushOutcome>;
  /** A three-way merge without a checkout. Without `base` the merge base of the two commits is used. */
  mergeTrees(request: {
    readonly ours: Sha;
    readonly theirs: Sha;
    readonly base?: Sha;
  }): Promise<MergeTreeOutcome>;
  createCommit(commit: NewCommit): Promise<Sha>;
  /** Compare-and-swap: `expected` null means the ref must not exist, `next` null deletes it. False: it was elsewhere. */
  updateRef(
    ref: string,
    change: { readonly expected: Sha | null; readonly next: Sha | null },
  ): Promise<boolean>;
  /** A tree like that of `base` with these files written (null: deleted), without a checkout. */
  writeTree(base: Sha | null, files: ReadonlyMap<string, Buffer | null>): Promise<Sha>;
  /** A private checkout; replaces whatever a crashed attempt left at this folder. */
  addWorktree(folder: string, commit: Sha): Promise<void>;
  /** Commits everything in the worktree that differs from `parent`, ignored files included if tracked; null when nothing does. */
  commitWorktree(
    folder: string,
    commit: Omit<NewCommit, "tree" | "parents"> & { readonly parent: Sha },
  ): Promise<Sha | null>;
  removeWorktree(folder: string): Promise<void>;
  /** Lends a checkout of exactly this commit, to look at. Nobody else has it meanwhile; what is written there is lost. */
  withCheckout<Result>(commit: Sha, use: (folder: string) => Promise<Result>): Promise<Result>;
}

export type RefPair = readonly [from: string, to: string];

export interface CommitSummary {
  readonly sha: Sha;
  readonly title: string;
  readonly body: string;
  readonly author: string;
}

export interface TreeFile {
  readonly path: string;
  readonly kind: FileKind;
  readonly blob: Sha;
  readonly size: number;
}

export interface ChangedFile {
  readonly path: string;
  readonly change: "added" | "modified" | "deleted" | "type_changed";
  readonly kindBefore: FileKind | null;
  readonly kindAfter: FileKind | null;
  /** Null for binary files. */
  readonly linesAdded: number | null;
  readonly linesRemoved: number | null;
}

export interface Signature {
  readonly name: string;
  readonly email: string;
  /** Given by the caller so that the same commit made twice after a crash has the same name. */
  readonly at: Date;
}

export interface NewCommit {
  readonly tree: Sha;
  readonly parents: readonly Sha[];
  readonly message: string;
  readonly author: Signature;
}

export interface PushRequest {
  readonly ref: string;
  /** Null: the ref must not exist there yet. */
  readonly expected: Sha | null;
  /** Null: delete the ref. */
  readonly next: Sha | null;
  /** The push is ended after this long. */
  readonly deadlineMs?: number;
}

export type PushOutcome =
  | { readonly kind: "pushed" }
  | { readonly kind: "moved"; readonly actual: Sha | null }
  | { readonly kind: "refused"; readonly reason: string };

export type MergeTreeOutcome =
  | { readonly kind: "clean"; readonly tree: Sha }
  | { readonly kind: "conflict"; readonly files: readonly string[] };

export const gitEffects = {
  fetch: "effect",
  push: "effect",
  mergeTrees: "effect",
  createCommit: "effect",
  updateRef: "effect",
  writeTree: "effect",
  addWorktree: "effect",
  commitWorktree: "effect",
  removeWorktree: "effect",
  withCheckout: "effect",
  resolve: "read",
  treeOf: "read",
  parentsOf: "read",
  messageOf: "read",
  isAncestor: "read",
  commitsBetween: "read",
  listFiles: "read",
  readFile: "read",
  changedFiles: "read",
  diff: "read",
  listRefs: "read",
} as const satisfies EffectTable<Git>;
