import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { AasError } from "../../domain/errors.ts";
import type { Sha } from "../../domain/ids.ts";
import type { FastForward, FastForwardOutcome } from "../../ports/checkout.ts";
import { dirtyFiles, headBranchOf, headShaOf } from "./checkout-head.ts";
import { tokens } from "./history.ts";
import { inCheckout } from "./locate-checkout.ts";
import type { UserCheckoutPlace } from "./locate-checkout.ts";
import { assertRefName } from "./names.ts";
import { parseRemoteAddress } from "./remote-address.ts";

/** Brings a clean checkout to a descendant of where it is. Files first, then the branch by compare-and-swap. */
export async function fastForward(
  place: UserCheckoutPlace,
  target: FastForward,
): Promise<FastForwardOutcome> {
  const { branch, sha, ours } = target;
  assertRefName(`refs/heads/${branch}`);
  const headBranch = await headBranchOf(place);
  if (headBranch !== branch) return { kind: "not_on_branch", headBranch };
  const head = await headShaOf(place);
  if (head === sha && without(ours, await dirtyFiles(place)).length === 0) return { kind: "unchanged" };
  await fetchCommit(place, target);
  if (head !== null && !(await isAncestor(place, head, sha))) {
    return (await isAncestor(place, sha, head)) ? { kind: "unchanged" } : { kind: "diverged", headSha: head };
  }
  const objection = await objectionTo(place, head, target);
  if (objection !== null) return objection;
  return moveTo(place, { head, sha, branch });
}

async function fetchCommit(place: UserCheckoutPlace, { from, sha }: FastForward): Promise<void> {
  const has = {
    action: "look for a commit",
    args: ["cat-file", "-e", `${sha}^{commit}`],
    answers: [0, 1, 128],
  };
  if ((await inCheckout(place, has)).exitCode === 0) return;
  const flags = ["--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--refmap="];
  const { address } = parseRemoteAddress(from);
  const args = ["fetch", ...flags, "--upload-pack=git-upload-pack", "--", address, sha];
  await inCheckout(place, { action: `fetch from ${address}`, args });
}

async function isAncestor(place: UserCheckoutPlace, ancestor: Sha, descendant: Sha): Promise<boolean> {
  const args = ["merge-base", "--is-ancestor", ancestor, descendant];
  return (await inCheckout(place, { action: "compare two commits", args, answers: [0, 1] })).exitCode === 0;
}

interface Change {
  readonly status: string;
  readonly path: string;
}

async function objectionTo(
  place: UserCheckoutPlace,
  head: Sha | null,
  { sha, ours }: FastForward,
): Promise<FastForwardOutcome | null> {
  if (await isBetweenSteps(place)) return { kind: "not_clean", files: [] };
  const changes = await changesTo(place, head, sha);
  const kept = without(
    changes.map(({ path }) => path),
    ours,
  );
  const dirty = without(kept, await dirtyFiles(place));
  // A crash after the files and before the branch left exactly the files of `sha`: going on is safe.
  if (dirty.length > 0)
    return (await standsAt(place, sha, kept)) ? null : { kind: "not_clean", files: dirty };
  const filtered = await filteredFiles(place, changes, sha);
  if (filtered.length > 0) return { kind: "filtered", files: filtered };
  const untracked = await overwritten(place, changes);
  return untracked.length > 0 ? { kind: "not_clean", files: untracked } : null;
}

/** In the middle of a merge, a cherry-pick or a revert, even one that changes nothing. */
async function isBetweenSteps(place: UserCheckoutPlace): Promise<boolean> {
  const names = await readdir(place.gitDir);
  return ["MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD"].some((name) => names.includes(name));
}

/** `kept`: files whose changes are ours, and stay. */
async function standsAt(place: UserCheckoutPlace, sha: Sha, kept: readonly string[]): Promise<boolean> {
  for (const cached of [["--cached"], []]) {
    const flags = ["-z", "--name-only", "--no-ext-diff", "--ignore-submodules=all"];
    const args = ["diff-index", ...cached, ...flags, sha, "--"];
    const { stdout } = await inCheckout(place, { action: "compare the checkout with a commit", args });
    if (without(kept, tokens(stdout)).length > 0) return false;
  }
  return true;
}

function without(left: readonly string[], files: readonly string[]): readonly string[] {
  return files.filter((file) => !left.includes(file));
}

const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

async function changesTo(place: UserCheckoutPlace, head: Sha | null, sha: Sha): Promise<readonly Change[]> {
  const args = [
    "diff-tree",
    "-r",
    "-z",
    "--name-status",
    "--no-renames",
    "--no-ext-diff",
    head ?? emptyTree,
    sha,
    "--",
  ];
  const all = tokens((await inCheckout(place, { action: "compare two commits", args })).stdout);
  return Array.from({ length: all.length / 2 }, (_, index) => ({
    status: all[index * 2] ?? "",
    path: all[index * 2 + 1] ?? "",
  }));
}

/** Files that a filter would have to write, and rules about filters that come with this very commit. */
async function filteredFiles(
  place: UserCheckoutPlace,
  changes: readonly Change[],
  sha: Sha,
): Promise<readonly string[]> {
  const paths = changes.filter(({ status }) => status !== "D").map(({ path }) => path);
  const input = paths.map((path) => `${path}\0`).join("");
  const args = ["check-attr", "-z", "--stdin", "filter"];
  const answers = tokens((await inCheckout(place, { action: "read attributes", args, input })).stdout);
  const found = paths.filter((_, index) => !["unspecified", "unset"].includes(answers[index * 3 + 2] ?? ""));
  for (const path of paths.filter((each) => /(?:^|\/)\.gitattributes$/u.test(each))) {
    const show = { action: "read attributes", args: ["cat-file", "blob", `${sha}:${path}`] };
    if (/\bfilter\b/u.test((await inCheckout(place, show)).stdout.toString())) found.push(path);
  }
  return found;
}

/** What stands in the way of new files and is not git's. Ignored files count: git itself would overwrite them. */
async function overwritten(place: UserCheckoutPlace, changes: readonly Change[]): Promise<readonly string[]> {
  const tracked = new Set(changes.filter(({ status }) => status !== "A").map(({ path }) => path));
  const found: string[] = [];
  for (const { status, path } of changes)
    if (status === "A") found.push(...(await inTheWay(place.root, path)));
  return [...new Set(found)].filter((path) => !tracked.has(path)).toSorted();
}

async function inTheWay(root: string, path: string): Promise<readonly string[]> {
  const parts = path.split("/");
  for (let length = 1; length <= parts.length; length += 1) {
    const prefix = parts.slice(0, length).join("/");
    const found = await lstat(join(root, prefix)).catch(() => null);
    if (found === null) return [];
    if (!found.isDirectory()) return [prefix];
  }
  const inside = await readdir(join(root, path), { recursive: true, withFileTypes: true });
  return inside.flatMap((entry) =>
    entry.isDirectory() ? [] : [join(entry.parentPath, entry.name).slice(root.length + 1)],
  );
}

interface Move {
  readonly head: Sha | null;
  readonly sha: Sha;
  readonly branch: string;
}

async function moveTo(place: UserCheckoutPlace, move: Move): Promise<FastForwardOutcome> {
  const { head, sha, branch } = move;
  const trees = head === null ? [sha] : [head, sha];
  await inCheckout(place, {
    action: "bring the files up to date",
    args: ["read-tree", "-m", "-u", ...trees],
  });
  const old = head ?? "0".repeat(40);
  const message = `aas: fast-forward to ${sha.slice(0, 8)}`;
  const args = ["update-ref", "-m", message, `refs/heads/${branch}`, sha, old];
  const { exitCode, stderr } = await inCheckout(place, {
    action: "move the branch",
    args,
    answers: [0, 1, 128],
  });
  if (exitCode === 0) return { kind: "updated", previous: head };
  const moved = await headShaOf(place);
  if (head !== null && moved !== null) {
    await takeBack(place, { head, sha }, moved);
    return { kind: "diverged", headSha: moved };
  }
  throw new AasError(
    "conflict",
    `${branch} moved while its files were brought up to date: ${stderr.trim()}`,
    {
      cure: `Look at \`git status\`; \`git reset --keep ${sha}\` finishes the update.`,
    },
  );
}

/** Somebody committed meanwhile. Who did so when the files had come has committed them too: then nothing is left over. */
async function takeBack(
  place: UserCheckoutPlace,
  { head, sha }: { readonly head: Sha; readonly sha: Sha },
  moved: Sha,
): Promise<void> {
  const args = ["diff-index", "--quiet", "--cached", "--ignore-submodules=all", moved, "--"];
  const compare = { action: "compare the checkout with a commit", args, answers: [0, 1] };
  if ((await inCheckout(place, compare)).exitCode === 0) return;
  await inCheckout(place, { action: "take the files back", args: ["read-tree", "-m", "-u", sha, head] });
}
