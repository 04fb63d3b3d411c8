import { existsSync, statfsSync } from "node:fs";
import { codeOf } from "../../../domain/errno-code.ts";
import { isOfFullDisk } from "../../../domain/full-disk.ts";
import { AasError, isAasError } from "../../../domain/errors.ts";
import { noEmbeddedCure } from "./platform-package.ts";

const shownLines = 6;
const leastBytes = 1024 ** 2;
const sqlstateDiskFull = "53100";

/** Gives a failure of the file system or of a PostgreSQL program its name and its cure. */
export function toStartError(error: unknown, home: string, log = ""): AasError {
  if (isAasError(error)) return error;
  const said = lastLines(log);
  const text = `${error instanceof Error ? error.message : String(error)}${said === "" ? "" : `\n${said}`}`;
  if (isDiskFull(error, log) || isWithoutRoom(home)) {
    return new AasError("disk_full", `no space left for the database in ${home}: ${text}`, {
      cure: `free about 200 MB there, or set AAS_STATE_HOME to a folder on another disk`,
      cause: error,
    });
  }
  if (isUnwritable(error) && !isSpawn(error)) {
    return new AasError("database_unavailable", `the database cannot be kept in ${home}: ${text}`, {
      cure: "make the folder writable for this user, or set AAS_STATE_HOME to one that is",
      cause: error,
    });
  }
  return new AasError("database_unavailable", `the embedded PostgreSQL failed: ${text}`, {
    cure: existsSync(`${home}/server.log`)
      ? `see ${home}/server.log; otherwise ${noEmbeddedCure}`
      : noEmbeddedCure,
    cause: error,
  });
}

function lastLines(log: string): string {
  return log.trim().split("\n").slice(-shownLines).join("\n");
}

function isDiskFull(error: unknown, log: string): boolean {
  return (
    isOfFullDisk(error) ||
    codeOf(error) === sqlstateDiskFull ||
    /No space left on device|Disk quota exceeded/.test(log)
  );
}

/** The log that would say so is on the same disk. */
function isWithoutRoom(home: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(home);
    return bavail * bsize < leastBytes;
  } catch {
    return false;
  }
}

function isUnwritable(error: unknown): boolean {
  return ["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST"].includes(codeOf(error));
}

/** A program that cannot be run (no glibc, no right to change the uid) has the same codes as a file that cannot be written. */
function isSpawn(error: unknown): boolean {
  return error instanceof Error && "syscall" in error && String(error.syscall).startsWith("spawn");
}
