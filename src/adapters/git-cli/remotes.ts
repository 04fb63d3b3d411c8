import { setTimeout as sleep } from "node:timers/promises";
import { AasError, isAasError } from "../../domain/errors.ts";
import { toSha } from "../../domain/ids.ts";
import type { Sha } from "../../domain/ids.ts";
import type { PushOutcome, PushRequest, RefPair } from "../../ports/git.ts";
import { gitFailure } from "./git-failure.ts";
import { isAncestor, lines } from "./history.ts";
import type { History } from "./history.ts";
import { assertRefName } from "./names.ts";
import { parseRemoteAddress } from "./remote-address.ts";
import type { RemoteAddress } from "./remote-address.ts";
import { runGit } from "./run-git.ts";
import type { GitCall, GitResult } from "./run-git.ts";

const usualDeadlineMs = 15 * 60_000;

const fetchFlags = [
  "--quiet",
  "--no-tags",
  "--no-write-fetch-head",
  "--no-recurse-submodules",
  "--refmap=",
  "--atomic",
];

/**
 * Our copies follow the other side wherever it went: what is there is the truth, even when it was rewritten. A ref that
 * is not there leaves our copy where it was and is answered.
 */
export async function fetchRefs(
  history: History,
  source: string,
  refs: readonly RefPair[],
): Promise<readonly string[]> {
  for (const ref of refs.flat()) assertRefName(ref);
  const remote = parseRemoteAddress(source);
  try {
    await fetchAll(history, remote, refs);
    return [];
  } catch (error) {
    if (!isAasError(error, "not_found")) throw error;
  }
  const found = await Promise.all(refs.map(([from]) => actualOf(history, remote, from)));
  await fetchAll(
    history,
    remote,
    refs.filter((_, index) => found[index] !== null),
  );
  return refs.filter((_, index) => found[index] === null).map(([from]) => from);
}

/** Two processes that fetch one ref at once are in each other's way for a moment; neither has failed. */
async function fetchAll(history: History, remote: RemoteAddress, refs: readonly RefPair[]): Promise<void> {
  for (const pauseMs of [50, 100, 200, 400, 800]) {
    try {
      return await fetchOnce(history, remote, refs);
    } catch (error) {
      if (!passesSoon(error)) throw error;
      await sleep(pauseMs);
    }
  }
  return fetchOnce(history, remote, refs);
}

function passesSoon(error: unknown): boolean {
  if (!isAasError(error) || !error.retryable) return false;
  return error.code === "git_failed" || error.code === "remote_unavailable";
}

async function fetchOnce(history: History, remote: RemoteAddress, refs: readonly RefPair[]): Promise<void> {
  if (refs.length === 0) return;
  const pairs = refs.map(([from, to]) => `+${from}:${to}`);
  const args = ["fetch", ...fetchFlags, "--upload-pack=git-upload-pack", "--", remote.address, ...pairs];
  const { stderr } = await reach(history, remote, { action: `fetch from ${remote.address}`, args });
  // Git leaves out what would need history that the source does not have, and calls that a success.
  if (/\[rejected\]|because shallow|repository is shallow/u.test(stderr))
    throw gitFailure(`fetch from ${remote.address}`, stderr);
}

export async function push(history: History, target: string, request: PushRequest): Promise<PushOutcome> {
  assertRefName(request.ref);
  const remote = parseRemoteAddress(target);
  const { ref, expected, next } = request;
  const objection = await objectionTo(history, request);
  if (objection !== null) return { kind: "refused", reason: objection };
  const args = [
    "push",
    "--porcelain",
    "--no-verify",
    "--no-follow-tags",
    "--no-signed",
    `--force-with-lease=${ref}:${expected ?? ""}`,
    "--receive-pack=git-receive-pack",
    "--",
    remote.address,
    `${next ?? ""}:${ref}`,
  ];
  const result = await reach(history, remote, {
    action: `push to ${remote.address}`,
    args,
    answers: [0, 1, 128],
    deadlineMs: request.deadlineMs ?? usualDeadlineMs,
  });
  if (result.exitCode === 0) return { kind: "pushed" };
  const actual = await actualOf(history, remote, ref);
  if (actual === next) return { kind: "pushed" };
  if (actual !== expected) return { kind: "moved", actual };
  return { kind: "refused", reason: reasonOf(result, remote) };
}

/** Never a rewrite: an existing ref moves only to a descendant, and we must know both to say so. */
async function objectionTo(history: History, { ref, expected, next }: PushRequest): Promise<string | null> {
  if (next === null) return null;
  if ((await history.reader.typeOf(next)) === null) return `${next} is not in the mirror`;
  if (expected === null || expected === next) return null;
  if ((await history.reader.typeOf(expected)) === null)
    return `${expected} is not in the mirror: fetch ${ref} first`;
  return (await isAncestor(history, expected, next)) ? null : `${next} does not descend from ${expected}`;
}

async function actualOf(history: History, remote: RemoteAddress, ref: string): Promise<Sha | null> {
  const args = ["ls-remote", "--refs", "--upload-pack=git-upload-pack", "--", remote.address, ref];
  const { stdout } = await reach(history, remote, { action: `look at ${remote.address}`, args });
  const found = lines(stdout.toString()).find((line) => line.slice(41) === ref);
  return found === undefined ? null : toSha(found.slice(0, 40));
}

/** `! TAB from:to TAB [remote rejected] (why)`; what hooks of the other side say stands on stderr. */
function reasonOf(result: GitResult, remote: RemoteAddress): string {
  const line = lines(result.stdout.toString()).find((each) => each.startsWith("!\t"));
  if (line === undefined) throw gitFailure(`push to ${remote.address}`, result.stderr);
  const said = lines(result.stderr).flatMap((each) =>
    each.startsWith("remote: ") ? [each.slice(8).trim()] : [],
  );
  return [line.split("\t")[2] ?? "", ...said.filter((each) => each !== "")].join(": ").slice(0, 2000);
}

async function reach(
  history: History,
  remote: RemoteAddress,
  call: Pick<GitCall, "action" | "args" | "answers" | "deadlineMs">,
): Promise<GitResult> {
  const env = { ...history.place.env, ...remote.env, GIT_DIR: history.place.cwd };
  try {
    return await runGit({ deadlineMs: usualDeadlineMs, ...call, cwd: history.place.cwd, env });
  } catch (error) {
    if (
      !(error instanceof AasError) ||
      !/Permission denied|Authentication failed|could not read/u.test(error.message)
    ) {
      throw error;
    }
    const cure = "Give the token or the key with which this repository may be reached.";
    throw new AasError("not_allowed", error.message, { cause: error, cure });
  }
}
