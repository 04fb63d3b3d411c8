import { chmodSync, lstatSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { AasError } from "../../../domain/errors.ts";
import type { ServerAccount } from "./server-account.ts";
import { checkReachable, giveTo } from "./server-account.ts";
import type { ServerLayout } from "./server-layout.ts";

/** Makes the folders of a server, with the modes its safety rests on. Everybody may repeat it at any time. */
export function prepareHome(layout: ServerLayout, account: ServerAccount): void {
  makeHome(layout.home, account);
  checkOwner(layout.home);
  checkReachable(account, layout.home);
  makeSocketFolder(layout.socketFolder, account);
  writeFileSync(layout.attachMark, "", { flag: "a" });
}

/** Others may pass through folders that root made (the server's uid must), but not list them. */
function makeHome(home: string, account: ServerAccount): void {
  const mode = account.kind === "own" ? 0o700 : 0o711;
  const first = mkdirSync(home, { recursive: true, mode });
  if (first === undefined) return;
  for (let folder = home; folder.length >= first.length; folder = dirname(folder)) chmodSync(folder, mode);
}

function checkOwner(home: string): void {
  const { uid } = lstatSync(home);
  if (uid === process.geteuid?.()) return;
  throw new AasError(
    "database_unavailable",
    `the database in ${home} belongs to uid ${uid}, this is uid ${process.geteuid?.() ?? -1}`,
    {
      cure: "run aas as that user, or set AAS_STATE_HOME to a folder of your own",
    },
  );
}

/** May lie in /tmp, where somebody else could have put a folder or a link of that name first. */
function makeSocketFolder(folder: string, account: ServerAccount): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (isOwnFolder(folder)) giveTo(account, folder);
  const found = lstatSync(folder);
  const owner = account.kind === "own" ? process.geteuid?.() : account.server.uid;
  if (found.isDirectory() && found.uid === owner && (found.mode & 0o077) === 0) return;
  throw new AasError("database_unavailable", `${folder} is not a private folder of uid ${owner ?? -1}`, {
    cure: `remove it, or set AAS_STATE_HOME to another folder`,
  });
}

function isOwnFolder(path: string): boolean {
  const found = lstatSync(path);
  return found.isDirectory() && found.uid === process.geteuid?.();
}
