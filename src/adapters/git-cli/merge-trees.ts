import { codeOf } from "../../domain/errno-code.ts";
import { AasError } from "../../domain/errors.ts";
import { toSha } from "../../domain/ids.ts";
import type { Sha } from "../../domain/ids.ts";
import type { MergeTreeOutcome } from "../../ports/git.ts";
import { parseCommit, renderCommit } from "./commit-object.ts";
import type { Frame, LongLivedGit } from "./long-lived-git.ts";
import { runGit } from "./run-git.ts";
import type { GitCall } from "./run-git.ts";
import type { ObjectStore } from "./tree-edit.ts";

export interface MergeRequest {
  readonly ours: Sha;
  readonly theirs: Sha;
  readonly base?: Sha;
}

export interface Merger {
  readonly store: ObjectStore;
  readonly mergeTree: LongLivedGit;
  /** For systems without `stdbuf`: one process a merge. */
  readonly fallback: Pick<GitCall, "cwd" | "env">;
}

export const mergeTreeArguments = [
  "merge-tree",
  "--write-tree",
  "--stdin",
  "--name-only",
  "--no-messages",
] as const;

export async function mergeTrees(merger: Merger, request: MergeRequest): Promise<MergeTreeOutcome> {
  const ours = await sideOn(merger.store, request.base, request.ours);
  const theirs = await sideOn(merger.store, request.base, request.theirs);
  const question = `${ours} ${theirs}\n`;
  try {
    return await merger.mergeTree.ask(question, parseMerge);
  } catch (error) {
    if (error instanceof AasError && codeOf(error.cause) === "ENOENT")
      return await mergeOnce(merger, question);
    throw error;
  }
}

/**
 * git 2.39 takes no base: two commits that have our base as their only parent have it as their merge base. Most changes
 * are such a commit already; for others one is made.
 */
async function sideOn(store: ObjectStore, base: Sha | undefined, commit: Sha): Promise<Sha> {
  const { tree, parents } = parseCommit((await store.reader.get(commit, "commit")).content);
  if (base === undefined || (parents.length === 1 && parents[0] === base)) return commit;
  const author = { name: "aas", email: "aas@localhost", at: new Date(0) };
  return await store.loose.write(
    "commit",
    renderCommit({ tree, parents: [base], message: "merge side", author }),
  );
}

async function mergeOnce(merger: Merger, question: string): Promise<MergeTreeOutcome> {
  const call = { ...merger.fallback, action: "merge", args: mergeTreeArguments, input: question };
  const frame = parseMerge((await runGit(call)).stdout);
  if (frame.kind === "complete") return frame.value;
  throw new AasError("git_failed", "git ended in the middle of a merge.");
}

/** `1 NUL tree NUL NUL` when clean, `0 NUL tree NUL (file NUL)… NUL` otherwise. */
function parseMerge(received: Buffer): Frame<MergeTreeOutcome> {
  if (received.length < 44 || received.at(-1) !== 0 || received.at(-2) !== 0) {
    return { kind: "partial", atLeast: received.length + 1 };
  }
  const [status, tree = "", ...files] = received.toString().slice(0, -2).split("\0");
  if (status === "1") return { kind: "complete", value: { kind: "clean", tree: toSha(tree) } };
  if (status !== "0") throw new Error(`merge-tree answered ${JSON.stringify(status)}`);
  return { kind: "complete", value: { kind: "conflict", files: [...new Set(files)].toSorted() } };
}
