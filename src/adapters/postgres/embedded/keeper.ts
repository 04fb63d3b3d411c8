import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { keeperScript } from "./keeper-script.ts";
import { isRunning } from "./process-identity.ts";
import type { ServerAccount } from "./server-account.ts";
import { asServer } from "./server-account.ts";
import type { ServerLayout } from "./server-layout.ts";

export type StopOutcome = "stopped" | "in_use" | "not_running";

const exitStopped = 0;
const exitInUse = 3;
const exitNotRunning = 4;
/** A client that has just said goodbye is still counted for a moment. */
const goodbyeMs = 500;
const stopDeadlineMs = 60_000;
const slowestStepMs = 5000;
const fastestStepMs = 100;

/** The keeper stops the server when nobody has used it for a while. A new one replaces the one before it. */
export function startKeeper(layout: ServerLayout, account: ServerAccount, idleStopMs: number): void {
  const stepMs = Math.round(Math.min(slowestStepMs, Math.max(fastestStepMs, idleStopMs / 4)));
  const reference = join(layout.socketFolder, "seen");
  const timing = [String(Math.round(idleStopMs)), String(stepMs / 1000), String(stepMs)];
  runScript(account, ["watch", ...placesOf(layout), reference, ...timing]).unref();
}

export function isKeeperRunning(layout: ServerLayout): boolean {
  try {
    return isRunning(readFileSync(join(layout.socketFolder, "keeper"), "utf8").trim());
  } catch {
    return false;
  }
}

/**
 * Stops the server now, unless somebody is connected, or has attached after the file `quietSince` was touched (he got
 * his answer and is about to connect).
 */
export async function stopUnused(
  layout: ServerLayout,
  account: ServerAccount,
  quietSince = layout.attachMark,
): Promise<StopOutcome> {
  const startedAt = Date.now();
  for (;;) {
    const script = runScript(account, ["once", ...placesOf(layout), quietSince]);
    const [code] = (await once(script, "exit")) as [number | null];
    const age = Date.now() - startedAt;
    if (code === exitStopped) return "stopped";
    if (code === exitNotRunning) return "not_running";
    if (code === exitInUse && age > goodbyeMs) return "in_use";
    if (age > stopDeadlineMs) return "in_use";
    await delay(50);
  }
}

function placesOf({ dataFolder, socketFolder, attachMark }: ServerLayout): readonly string[] {
  return [dataFolder, socketFolder, attachMark];
}

function runScript(account: ServerAccount, args: readonly string[]): ChildProcess {
  return spawn("/bin/sh", ["-c", keeperScript, "aas-postgres-keeper", ...args], {
    ...asServer(account),
    cwd: "/",
    env: { PATH: `${process.env["PATH"] ?? ""}:/usr/bin:/bin`, LC_ALL: "C" },
    stdio: "ignore",
    detached: true,
  });
}
