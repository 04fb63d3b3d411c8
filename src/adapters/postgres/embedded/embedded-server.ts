import { existsSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { AasError } from "../../../domain/errors.ts";
import type { StopOutcome } from "./keeper.ts";
import { isKeeperRunning, startKeeper, stopUnused } from "./keeper.ts";
import type { PlatformPackage } from "./platform-package.ts";
import { findPlatformPackage, isNewer } from "./platform-package.ts";
import type { ServerAccount } from "./server-account.ts";
import { serverAccount } from "./server-account.ts";
import type { ServerLayout } from "./server-layout.ts";
import { connectionString, layoutOf } from "./server-layout.ts";
import type { ServerAnswer } from "./server-probe.ts";
import { askServer, createDatabase } from "./server-probe.ts";

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

type Answered = Extract<ServerAnswer, { kind: "answered" }>;

/** Who has attached gets this long to connect before newer binaries may restart the server. */
const CONNECT_WITHIN_MS = 2000;
const DATABASE_NAME = /^[a-z_][a-z0-9_]{0,62}$/;

/**
 * Attaches to the running server or starts it, making it first where there is none. Any number of processes may do so at
 * once. The caller should connect within `idleStopMs`, and open again after it had no connection for that long.
 */
export async function openEmbeddedServer(
  options: EmbeddedServerOptions,
  findPackage: () => PlatformPackage = findPlatformPackage,
): Promise<EmbeddedServer> {
  const layout = layoutOf(options.stateFolder);
  const account = serverAccount();
  const found = await attach(layout, account, findPackage);
  const answer = found ?? (await start(options, layout, account, findPackage()));
  if (!isKeeperRunning(layout)) startKeeper(layout, account, options.idleStopMs);
  return toServer(layout, answer.databases);
}

/** Stops the server now, unless somebody is connected. */
export async function stopEmbeddedServer(stateFolder: string): Promise<StopOutcome> {
  const layout = layoutOf(stateFolder);
  return existsSync(layout.home) ? await stopUnused(layout, serverAccount()) : "not_running";
}

/** Root's own home is closed to the uid its server runs as, hence a place of its own for root. */
export function defaultStateFolder(env: Readonly<Record<string, string | undefined>>): string {
  const chosen = env["AAS_STATE_HOME"] ?? "";
  if (chosen !== "") return chosen;
  if (process.geteuid?.() === 0) return "/var/lib/aas";
  const xdg = env["XDG_STATE_HOME"] ?? "";
  const parent = xdg === "" ? join(env["HOME"] ?? homedir(), ".local", "state") : xdg;
  return join(parent, "aas");
}

/** Null when there is no server to attach to, or one that has just been stopped to run on newer binaries. */
async function attach(
  layout: ServerLayout,
  account: ServerAccount,
  findPackage: () => PlatformPackage,
): Promise<Answered | null> {
  // First the mark, then the connection: from here on the keeper waits.
  const attachedAt = new Date();
  const lastAttachAt = markAttach(layout, attachedAt);
  if (lastAttachAt === null) return null;
  const answer = await askServer(layout.socketFolder);
  if (answer.kind === "silent") return null;
  const isQuiet = attachedAt.getTime() - lastAttachAt > CONNECT_WITHIN_MS;
  if (!isQuiet || !isOutdated(answer, findPackage)) return answer;
  writeFileSync(layout.upgradeMark, "");
  utimesSync(layout.upgradeMark, attachedAt, attachedAt);
  return (await stopUnused(layout, account, layout.upgradeMark)) === "in_use" ? answer : null;
}

/** Time of the attach before this one; null when there is nothing to attach to. */
function markAttach({ attachMark, socketFile }: ServerLayout, now: Date): number | null {
  if (!existsSync(socketFile)) return null;
  try {
    const { mtimeMs } = statSync(attachMark);
    utimesSync(attachMark, now, now);
    return mtimeMs;
  } catch {
    return null;
  }
}

function isOutdated(answer: Answered, findPackage: () => PlatformPackage): boolean {
  try {
    return isNewer(findPackage().version, answer.treeVersion);
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
): Promise<Answered> {
  const { startServer } = await import("./start-server.ts");
  return await startServer({ layout, account, source, idleStopMs });
}

function toServer(layout: ServerLayout, existing: readonly string[]): EmbeddedServer {
  const known = new Set(existing);
  return {
    socketFolder: layout.socketFolder,
    async openDatabase(name: string): Promise<string> {
      if (!DATABASE_NAME.test(name)) {
        throw new AasError("usage", `"${name}" cannot be the name of a database`, {
          cure: "use up to 63 small letters, digits and underscores, beginning with a letter",
        });
      }
      if (!known.has(name)) await createDatabase(layout.socketFolder, name);
      known.add(name);
      return connectionString(layout, name);
    },
  };
}
