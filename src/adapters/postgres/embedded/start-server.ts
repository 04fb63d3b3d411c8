import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { AasError } from "../../../domain/errors.ts";
import type { Attached } from "./attach.ts";
import { attachTo } from "./attach.ts";
import { installTree, removeOtherTrees, treeFolder } from "./binary-tree.ts";
import { hasSocket, reopenAbandonedDoor } from "./closing-door.ts";
import { ensureCluster } from "./cluster.ts";
import { startKeeper } from "./keeper.ts";
import type { PlatformPackage } from "./platform-package.ts";
import { clearStaleFiles, endProcess, endProcessesIn, findPostmaster } from "./postmaster.ts";
import { prepareHome } from "./prepare-home.ts";
import type { ServerAccount } from "./server-account.ts";
import { asServer } from "./server-account.ts";
import type { ServerLayout } from "./server-layout.ts";
import { serverArguments } from "./server-arguments.ts";
import { toStartError } from "./start-failure.ts";
import { underStartLock } from "./start-lock.ts";

export interface StartRequest {
  readonly layout: ServerLayout;
  readonly account: ServerAccount;
  readonly source: PlatformPackage;
  readonly idleStopMs: number;
}

interface FailedStart {
  readonly failure: AasError;
  readonly log: string;
}

const startDeadlineMs = 60_000;
const pollMs = 15;
const largestLogBytes = 1_000_000;
/** A server that runs this long without a socket has lost it (somebody cleaned up) and will not get it back. */
const unreachableMs = 1500;
const mostFailedStarts = 5;

/** Starts the server, or waits for whoever is starting it; returns its first answer. */
export async function startServer(request: StartRequest): Promise<Attached> {
  const { layout, account } = request;
  const deadlineAt = Date.now() + startDeadlineMs;
  try {
    prepareHome(layout, account);
    const lock = { lockFile: layout.startLock, deadlineAt, otherwise: async () => await attachTo(layout) };
    return await underStartLock(lock, async () => await bringUp(request, deadlineAt));
  } catch (error) {
    throw toStartError(error, layout.home);
  }
}

/** Level-triggered: looks at what there is and does the next thing, until the server answers. */
async function bringUp(request: StartRequest, deadlineAt: number): Promise<Attached> {
  const { layout } = request;
  let failedStarts = 0;
  let lastFailure: AasError | null = null;
  const silentSince = Date.now();
  while (Date.now() < deadlineAt && failedStarts < mostFailedStarts) {
    const answer = await attachTo(layout);
    if (answer !== null) return answer;
    const pid = findPostmaster(layout.dataFolder);
    if (pid === null) {
      const outcome = await startOnce(request);
      if (!("failure" in outcome)) return outcome;
      lastFailure = outcome.failure;
      if (!isHeldByOrphans(outcome.log)) failedStarts += 1;
      await recoverFrom(request, failedStarts);
    } else {
      reopenAbandonedDoor(layout);
      if (!hasSocket(layout) && Date.now() - silentSince > unreachableMs) endProcess(pid, "SIGINT");
      await delay(pollMs);
    }
  }
  throw lastFailure ?? neverAnswered(layout);
}

async function startOnce(request: StartRequest): Promise<Attached | FailedStart> {
  const { layout, account, source } = request;
  const tree = installTree(layout.home, source);
  await ensureCluster({ layout, tree, version: source.version, account });
  await endProcessesIn(layout.dataFolder);
  clearStaleFiles(layout);
  // The keeper goes first: should this process die now, the server still has somebody to stop it.
  startKeeper(layout, account, request.idleStopMs);
  const log = openLog(layout);
  try {
    const postmaster = spawnPostmaster(request, tree, log.descriptor);
    const answer = await firstAnswer(layout, postmaster);
    if (answer !== null) removeOtherTrees(layout.home, source);
    return answer ?? startFailure(layout, postmaster, log.from);
  } finally {
    closeSync(log.descriptor);
  }
}

function spawnPostmaster({ layout, account, source }: StartRequest, tree: string, log: number): ChildProcess {
  const child = spawn(join(tree, "bin", "postgres"), serverArguments(layout, source.version), {
    ...asServer(account),
    cwd: "/",
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" },
    stdio: ["ignore", log, log],
    detached: true,
  });
  child.unref();
  return child;
}

/** Null when the server ended before it answered. */
async function firstAnswer(layout: ServerLayout, postmaster: ChildProcess): Promise<Attached | null> {
  const spawnErrors: Error[] = [];
  postmaster.once("error", (error) => spawnErrors.push(error));
  while (postmaster.exitCode === null && postmaster.signalCode === null) {
    const [spawnError] = spawnErrors;
    if (spawnError !== undefined) throw spawnError;
    const answer = await attachTo(layout);
    if (answer !== null) return answer;
    await delay(pollMs);
  }
  return null;
}

/** What can be mended between two tries: a copy of the binaries that a power cut left broken is made anew. */
async function recoverFrom({ layout, source }: StartRequest, failedStarts: number): Promise<void> {
  if (failedStarts === 2) rmSync(treeFolder(layout.home, source), { recursive: true, force: true });
  await delay(100 * Math.max(1, failedStarts));
}

function openLog({ logFile }: ServerLayout): { readonly descriptor: number; readonly from: number } {
  const size = existsSync(logFile) ? statSync(logFile).size : 0;
  if (size > largestLogBytes) renameSync(logFile, `${logFile}.old`);
  return { descriptor: openSync(logFile, "a", 0o600), from: size > largestLogBytes ? 0 : size };
}

function startFailure(layout: ServerLayout, postmaster: ChildProcess, logFrom: number): FailedStart {
  const log = readFileSync(layout.logFile).subarray(logFrom).toString();
  const end = postmaster.signalCode ?? `code ${postmaster.exitCode ?? "unknown"}`;
  return {
    failure: toStartError(new Error(`postgres ended with ${end}`), layout.home, log),
    log,
  };
}

/** Children of a killed server still end by themselves, where there is no /proc to find them by. */
function isHeldByOrphans(log: string): boolean {
  return log.includes("pre-existing shared memory block");
}

function neverAnswered(layout: ServerLayout): AasError {
  const pid = findPostmaster(layout.dataFolder);
  return new AasError(
    "database_unavailable",
    `the embedded PostgreSQL (pid ${pid ?? "unknown"}) does not answer`,
    {
      cure: `see ${layout.logFile}; if it hangs, end that process and try again`,
      retryable: true,
    },
  );
}
