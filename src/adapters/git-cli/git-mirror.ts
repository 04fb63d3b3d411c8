import { mkdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { AasError } from "../../domain/errors.ts";
import { toSha } from "../../domain/ids.ts";
import type { Sha } from "../../domain/ids.ts";
import type { Git, NewCommit } from "../../ports/git.ts";
import { parseCommit, renderCommit } from "./commit-object.ts";
import { hardenedEnvironment } from "./hardened-git.ts";
import type { GitEnvironment, ProcessEnvironment } from "./hardened-git.ts";
import { changedFiles, commitsBetween, diff, isAncestor, lines, listFiles, readFile } from "./history.ts";
import type { History } from "./history.ts";
import { LentCheckouts } from "./lent-checkouts.ts";
import { LongLivedGit } from "./long-lived-git.ts";
import { LooseObjects } from "./loose-objects.ts";
import { mergeTreeArguments, mergeTrees } from "./merge-trees.ts";
import { prepareMirror, removeLeftovers } from "./mirror-folder.ts";
import { assertRefPrefix } from "./names.ts";
import { ObjectReader } from "./object-reader.ts";
import { RefStore } from "./ref-store.ts";
import { fetchRefs, push } from "./remotes.ts";
import { runGit } from "./run-git.ts";
import { writeTree } from "./tree-edit.ts";
import type { ObjectStore } from "./tree-edit.ts";
import { Worktrees } from "./worktrees.ts";

export interface GitMirrorOptions {
  readonly mirrorFolder: string;
  /** Worktrees are made and deleted only below this folder. */
  readonly worktreeRoot: string;
  readonly env: GitEnvironment;
  /** The long-lived processes end when nobody asked for this long. */
  readonly idleMs?: number;
  /** How long an answer of a long-lived process may take. */
  readonly deadlineMs?: number;
}

export interface GitMirror extends Git, AsyncDisposable {
  close(): Promise<void>;
}

/** Opens our own bare mirror of a project, making it when it is missing. Several processes may have it open at once. */
export async function openGitMirror(options: GitMirrorOptions): Promise<GitMirror> {
  await mkdir(options.worktreeRoot, { recursive: true });
  const plain = hardenedEnvironment(options.env);
  await prepareMirror(options.mirrorFolder, plain);
  const mirror = await realpath(options.mirrorFolder);
  await removeLeftovers(mirror, Date.now());
  const env = { ...plain, GIT_DIR: mirror, GIT_CONFIG_GLOBAL: join(mirror, "trusted.config") };
  return composeMirror(mirror, await realpath(options.worktreeRoot), { options, env });
}

function composeMirror(
  mirror: string,
  root: string,
  { options, env }: { readonly options: GitMirrorOptions; readonly env: ProcessEnvironment },
): GitMirror {
  const timing = { deadlineMs: options.deadlineMs ?? 120_000, idleMs: options.idleMs ?? 30_000 };
  const shared = { cwd: mirror, env, ...timing };
  const catFile = new LongLivedGit({
    ...shared,
    ...askable("read an object", ["cat-file", "--batch-command"]),
  });
  const mergeTree = new LongLivedGit({
    ...shared,
    ...askable("merge", mergeTreeArguments),
    unbuffered: true,
  });
  const updateRef = new LongLivedGit({
    ...shared,
    ...askable("update a ref", ["update-ref", "--stdin"]),
    mayRepeat: false,
  });
  const place = { cwd: mirror, env };
  const store = { reader: new ObjectReader(catFile), loose: new LooseObjects(mirror) };
  const refs = new RefStore(mirror, updateRef);
  const worktrees = new Worktrees({ mirrorFolder: mirror, root, env });
  const checkouts = new LentCheckouts(worktrees, root);
  const close = async (): Promise<void> => {
    await checkouts.close();
    await Promise.all([catFile.close(), mergeTree.close(), updateRef.close()]);
  };
  return {
    ...readMethods({ reader: store.reader, place }, refs),
    ...writeMethods({ reader: store.reader, place }, store),
    ...worktreeMethods(worktrees, store),
    withCheckout: (commit, use) => checkouts.lend(commit, use),
    updateRef: (ref, change) => refs.update(ref, change),
    mergeTrees: (request) => mergeTrees({ store, mergeTree, fallback: place }, request),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function askable(
  action: string,
  args: readonly string[],
): Pick<ConstructorParameters<typeof LongLivedGit>[0], "action" | "args" | "unbuffered" | "mayRepeat"> {
  return { action, args, unbuffered: false, mayRepeat: true };
}

type ReadMethod =
  | "resolve"
  | "treeOf"
  | "parentsOf"
  | "messageOf"
  | "isAncestor"
  | "commitsBetween"
  | "listFiles"
  | "readFile"
  | "changedFiles"
  | "diff"
  | "listRefs";

function readMethods(history: History, refs: RefStore): Pick<Git, ReadMethod> {
  const commit = async (sha: Sha): Promise<ReturnType<typeof parseCommit>> =>
    parseCommit((await history.reader.get(sha, "commit")).content);
  return {
    resolve: (ref) => refs.resolve(ref),
    treeOf: async (sha) => (await commit(sha)).tree,
    parentsOf: async (sha) => (await commit(sha)).parents,
    messageOf: async (sha) => (await commit(sha)).message,
    isAncestor: (ancestor, descendant) => isAncestor(history, ancestor, descendant),
    commitsBetween: (from, to) => commitsBetween(history, from, to),
    listFiles: (sha) => listFiles(history, sha),
    readFile: (sha, path) => readFile(history, sha, path),
    changedFiles: (from, to) => changedFiles(history, from, to),
    diff: (from, to) => diff(history, from, to),
    listRefs: (prefix) => listRefs(history, prefix),
  };
}

async function listRefs(history: History, prefix: string): Promise<ReadonlyMap<string, Sha>> {
  assertRefPrefix(prefix);
  const args = ["for-each-ref", "--format=%(objectname) %(refname)", "--", prefix];
  const { stdout } = await runGit({ ...history.place, action: "list refs", args });
  return new Map(lines(stdout.toString()).map((line) => [line.slice(41), toSha(line.slice(0, 40))]));
}

function writeMethods(
  history: History,
  store: ObjectStore,
): Pick<Git, "fetch" | "push" | "createCommit" | "writeTree"> {
  return {
    fetch: (source, refs) => fetchRefs(history, source, refs),
    push: (target, request) => push(history, target, request),
    createCommit: (commit) => createCommit(store, commit),
    writeTree: (base, files) => writeTree(store, base, files),
  };
}

async function createCommit(store: ObjectStore, commit: NewCommit): Promise<Sha> {
  if ((await store.reader.typeOf(commit.tree)) !== "tree") {
    throw new AasError("not_found", `There is no tree ${commit.tree} in the mirror.`);
  }
  for (const parent of commit.parents) {
    if ((await store.reader.typeOf(parent)) === "commit") continue;
    throw new AasError("not_found", `There is no commit ${parent} in the mirror.`);
  }
  return await store.loose.write("commit", renderCommit(commit));
}

function worktreeMethods(
  worktrees: Worktrees,
  store: ObjectStore,
): Pick<Git, "addWorktree" | "commitWorktree" | "removeWorktree"> {
  return {
    addWorktree: (folder, commit) => worktrees.add(folder, commit),
    removeWorktree: (folder) => worktrees.remove(folder),
    commitWorktree: async (folder, { parent, message, author }) => {
      const tree = await worktrees.writeTree(folder, parent);
      if (tree === null || tree === (await store.reader.get(parent, "tree")).sha) return null;
      const commit = await createCommit(store, { tree, parents: [parent], message, author });
      await worktrees.settle(folder, commit);
      return commit;
    },
  };
}
