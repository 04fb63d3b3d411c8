import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

/** Fixed, whatever PGPORT says: it is part of the socket's name. */
export const serverPort = 5432;
export const serverUser = "aas";
const socketName = `.s.PGSQL.${serverPort}`;
/** Linux allows 107 bytes, macOS 103; the keeper adds a suffix of up to 40 to the name while it closes the door. */
const longestSocketFolder = 100 - socketName.length;

/** Where everything of one private server lies. */
export interface ServerLayout {
  readonly home: string;
  readonly dataFolder: string;
  readonly socketFolder: string;
  readonly socketFile: string;
  readonly startLock: string;
  /** Its time of change is the last attach: the keeper does not stop a server that somebody is about to use. */
  readonly attachMark: string;
  readonly upgradeMark: string;
  readonly logFile: string;
}

export function layoutOf(stateFolder: string): ServerLayout {
  const home = join(canonical(resolve(stateFolder)), "postgres");
  const socketFolder = socketFolderOf(home);
  return {
    home,
    dataFolder: join(home, "data"),
    socketFolder,
    socketFile: join(socketFolder, socketName),
    startLock: join(home, "start.lock"),
    attachMark: join(home, "attached"),
    upgradeMark: join(home, "upgrading"),
    logFile: join(home, "server.log"),
  };
}

/** One spelling per folder, though links lead to it and though it may not exist yet: processes are compared by it. */
function canonical(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    const parent = dirname(folder);
    return parent === folder ? folder : join(canonical(parent), basename(folder));
  }
}

/** A socket path over the system's limit cannot be bound, so a deep home gets a short hashed folder in /tmp. */
function socketFolderOf(home: string): string {
  const inside = join(home, "socket");
  if (Buffer.byteLength(inside) <= longestSocketFolder) return inside;
  const hash = createHash("sha256").update(home).digest("hex").slice(0, 20);
  return `/tmp/aas-${hash}`;
}

/** Port and TLS are spelled out because PGPORT and PGSSLMODE of the user's shell would decide otherwise. */
export function connectionString(layout: ServerLayout, database: string): string {
  const host = encodeURIComponent(layout.socketFolder);
  return `postgresql://${serverUser}@localhost:${serverPort}/${database}?host=${host}&sslmode=disable`;
}
