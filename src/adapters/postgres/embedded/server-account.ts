import { chownSync, readFileSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname } from "node:path";
import { codeOf } from "../../../domain/errno-code.ts";
import { AasError } from "../../../domain/errors.ts";
import { noEmbeddedCure } from "./platform-package.ts";

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Who the server runs as. PostgreSQL refuses root, so root hands it to a uid that nothing else uses. */
export type ServerAccount = { readonly kind: "own" } | { readonly kind: "dropped"; readonly server: Account };

/** No account, so no login, no files and no other program has this uid; the sandbox draws its own from elsewhere. */
const serverUid = 65_533;

export function serverAccount(): ServerAccount {
  if (process.geteuid?.() !== 0) return { kind: "own" };
  return { kind: "dropped", server: { uid: serverUid, gid: serverUid } };
}

/** Options for `spawn`. */
export function asServer(account: ServerAccount): Partial<Account> {
  return account.kind === "own" ? {} : account.server;
}

/**
 * initdb insists on a name for its uid while postgres does not, so root borrows a named account for that half second and
 * hands the files over afterwards.
 */
export function initAccount(account: ServerAccount): Partial<Account> {
  if (account.kind === "own") {
    refuseNameless();
    return {};
  }
  const accounts = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"))
    .map(([name = "", , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter(({ uid, gid }) => uid > 0 && gid > 0);
  const chosen = accounts.find(({ name }) => name === "nobody") ?? accounts[0];
  if (chosen !== undefined) return { uid: chosen.uid, gid: chosen.gid };
  throw new AasError(
    "database_unavailable",
    "PostgreSQL refuses to run as root and /etc/passwd has no other account",
    {
      cure: `add an account named nobody, or ${noEmbeddedCure}`,
    },
  );
}

function refuseNameless(): void {
  try {
    userInfo();
  } catch (error) {
    const message = `uid ${process.geteuid?.() ?? -1} has no name in /etc/passwd, and PostgreSQL insists on one.`;
    throw new AasError("config_invalid", message, {
      cure: "Set AAS_STORE=pglite, or add an account for this uid, or set AAS_DATABASE_URL to a PostgreSQL of yours.",
      cause: error,
    });
  }
}

export function giveTo(account: ServerAccount, path: string): void {
  if (account.kind === "own") return;
  const { uid, gid } = account.server;
  try {
    chownSync(path, uid, gid);
  } catch (error) {
    if (codeOf(error) !== "EINVAL") throw error;
    const message = `This user namespace has no uid ${uid}, as which PostgreSQL would run: it refuses root.`;
    throw new AasError("config_invalid", message, {
      cure: "Set AAS_STORE=pglite, or run aas as an ordinary user.",
      cause: error,
    });
  }
}

/** Throws when the server's uid cannot get to the folder, naming the first ancestor in its way. */
export function checkReachable(account: ServerAccount, folder: string): void {
  if (account.kind === "own") return;
  const closed = ancestorsOf(folder).find((each) => (statSync(each).mode & 0o001) === 0);
  if (closed === undefined) return;
  throw new AasError(
    "database_unavailable",
    `the database runs as uid ${account.server.uid} (PostgreSQL refuses root), which may not enter ${closed}`,
    {
      cure: `chmod o+x ${closed}, or set AAS_STATE_HOME to a folder others may enter, such as /var/lib/aas`,
    },
  );
}

function ancestorsOf(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [...ancestorsOf(parent), folder];
}
