import { existsSync, statSync } from "node:fs";
import { freeBytesAt } from "../project/disk-space.ts";
import { findObstacle } from "../project/state-folder.ts";
import { type Diagnosis, fail, failOf, ok, warn } from "./diagnosis.ts";

const gigabyte = 1024 ** 3;
const tooLittleBytes = gigabyte / 4;
const littleBytes = 2 * gigabyte;

/** Everything of ours lies there: facts, mirrors, worktrees. */
export function examineStateFolder(folder: string): Diagnosis {
  const obstacle = findObstacle(folder);
  const cure = "Set AAS_STATE_HOME to a folder of your own.";
  if (obstacle !== null) return fail("state", obstacle, cure);
  if (!existsSync(folder)) return ok("state", `${folder}, which the first run makes`);
  const status = statSync(folder);
  if (process.geteuid?.() !== status.uid) {
    return fail("state", `${folder} belongs to uid ${status.uid}, not to you`, cure);
  }
  if ((status.mode & 0o022) !== 0) {
    return warn("state", `${folder} may be written by others`, `chmod go-w ${folder}`);
  }
  return ok("state", folder);
}

export async function examineDisk(folder: string): Promise<Diagnosis> {
  try {
    return judgeDisk(await freeBytesAt(folder), folder);
  } catch (error) {
    return failOf("disk", error);
  }
}

export function judgeDisk(freeBytes: number, folder: string): Diagnosis {
  const detail = `${(freeBytes / gigabyte).toFixed(1)} GB free for ${folder}`;
  const cure = "Free some space, or set AAS_STATE_HOME to a folder on another disk.";
  if (freeBytes < tooLittleBytes) return fail("disk", detail, cure);
  return freeBytes < littleBytes ? warn("disk", detail, cure) : ok("disk", detail);
}
