import { existsSync, utimesSync, writeFileSync } from "node:fs";
import { AasError } from "../../../domain/errors.ts";
import type { Attached } from "./attach.ts";
import { attachTo } from "./attach.ts";
import type { StopOutcome } from "./keeper.ts";
import { isKeeperRunning, startKeeper, stopUnused } from "./keeper.ts";
import type { PlatformPackage } from "./platform-package.ts";
import { findPlatformPackage, isNewer } from "./platform-package.ts";
import type { ServerAccount } from "./server-account.ts";
import { serverAccount } from "./server-account.ts";
import type { ServerLayout } from "./server-layout.ts";
import { connectionString, layoutOf } from "./server-layout.ts";
import { createDatabase } from "./server-probe.ts";

export interface EmbeddedServerOptions {
  readonly stateFolder: string;
  /** The server stops when no client has been connected for this long; whoever starts it decides. */
  readonly idleStopMs: number;
}

export interface EmbeddedServer {
  readonly socketFolder: string;
  /** Connection string of a database, which is made when it is missing. */
  openDatabase(name: string): Promise<string>;
}

/** Who has attached gets this long to connect before newer binaries may restart the server. */
const connectWithinSeconds = 2;
const databaseName = /^[a-z_][a-z0-9_]{0,62}$/;

/**
 * Attaches to the running server or starts it, making it first where there is none. Any number of processes may do so at
 * once. The caller connects within `idleStopMs`, and opens again after it had no connection for that long.
 */
export async function openEmbeddedServer(
  options: EmbeddedServerOptions,
  findPackage: () => PlatformPackage = findPlatformPackage,
): Promise<EmbeddedServer> {
  const layout = layoutOf(options.stateFolder);
  const account = serverAccount();
  async function open(): Promise<Attached> {
    const found = await attach(layout, account, findPackage);
    const answer = found ?? (await start(options, layout, account, findPackage()));
    if (!isKeeperRunning(layout)) startKeeper(layout, account, options.idleStopMs);
    return answer;
  }
  return toServer(layout, await open(), { reopen: open, freshMs: options.idleStopMs / 2 });
}

/** Stops the server now, unless somebody is connected. */
export async function stopEmbeddedServer(stateFolder: string): Promise<StopOutcome> {
  const layout = layoutOf(stateFolder);
  return existsSync(layout.home) ? await stopUnused(layout, serverAccount()) : "not_running";
}

/** Null when there is no server to attach to, or one that has just been stopped to run on newer binaries. */
async function attach(
  layout: ServerLayout,
  account: ServerAccount,
  findPackage: () => PlatformPackage,
): Promise<Attached | null> {
  const attached = await attachTo(layout);
  if (attached === null) return null;
  const isQuiet = attached.at - attached.lastAttachAt > connectWithinSeconds;
  if (!isQuiet || !isOutdated(attached, findPackage)) return attached;
  return (await isStoppedForUpgrade(layout, account, attached.at)) ? null : attached;
}

async function isStoppedForUpgrade(
  layout: ServerLayout,
  account: ServerAccount,
  attachedAt: number,
): Promise<boolean> {
  try {
    writeFileSync(layout.upgradeMark, "");
    utimesSync(layout.upgradeMark, attachedAt, attachedAt);
  } catch {
    // A full disk, say: the server that runs is good enough.
    return false;
  }
  return (await stopUnused(layout, account, layout.upgradeMark)) !== "in_use";
}

function isOutdated(attached: Attached, findPackage: () => PlatformPackage): boolean {
  try {
    return isNewer(findPackage().version, attached.treeVersion);
  } catch {
    // Without binaries of our own a server that answers is all the better.
    return false;
  }
}

async function start(
  { idleStopMs }: EmbeddedServerOptions,
  layout: ServerLayout,
  account: ServerAccount,
  source: PlatformPackage,
): Promise<Attached> {
  const { startServer } = await import("./start-server.ts");
  return await startServer({ layout, account, source, idleStopMs });
}

/** A server opened a while ago may have stopped since: it is opened again, the list of databases is fresh then too. */
function toServer(
  layout: ServerLayout,
  first: Attached,
  { reopen, freshMs }: { readonly reopen: () => Promise<Attached>; readonly freshMs: number },
): EmbeddedServer {
  const openedAt = Date.now();
  const made = new Set<string>();
  return {
    socketFolder: layout.socketFolder,
    async openDatabase(name: string): Promise<string> {
      checkName(name);
      const { databases } = Date.now() - openedAt < freshMs ? first : await reopen();
      if (!databases.includes(name) && !made.has(name)) await create(layout, name);
      made.add(name);
      return connectionString(layout, name);
    },
  };
}

async function create({ socketFolder, home }: ServerLayout, name: string): Promise<void> {
  try {
    await createDatabase(socketFolder, name);
  } catch (error) {
    const { toStartError } = await import("./start-failure.ts");
    throw toStartError(error, home);
  }
}

function checkName(name: string): void {
  if (databaseName.test(name)) return;
  throw new AasError("usage", `"${name}" cannot be the name of a database`, {
    cure: "use up to 63 small letters, digits and underscores, beginning with a letter",
  });
}
