import { accessSync, constants, existsSync, mkdirSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { AasError, messageOf } from "../../domain/errors.ts";
import type { Environment } from "../environment.ts";

/** Where everything of ours lives on this machine. Root's home is closed to the database's own user, so root's is elsewhere. */
export function chooseStateFolder(env: Environment): string {
  const named = env["AAS_STATE_HOME"] ?? "";
  if (named !== "") return absolute("AAS_STATE_HOME", named);
  if (process.getuid?.() === 0) return "/var/lib/aas";
  const xdg = env["XDG_STATE_HOME"] ?? "";
  // The specification of these variables wants a relative one ignored.
  return isAbsolute(xdg) ? join(xdg, "aas") : join(homeOf(env), ".local", "state", "aas");
}

function homeOf(env: Environment): string {
  const home = env["HOME"] ?? "";
  return home === "" ? homedir() : absolute("HOME", home);
}

/** A worker starts in another folder than the command that starts it: a relative path would be two places. */
function absolute(variable: string, named: string): string {
  if (isAbsolute(named)) return named;
  const shown = JSON.stringify(named);
  throw new AasError("config_invalid", `${variable} is ${shown}; expected an absolute path.`, {
    cure: `Set ${variable} to an absolute path, such as ${resolve(named)}.`,
  });
}

/** Makes a folder of ours below the state folder, which is looked at first: nothing is half made. */
export function makeStateFolder(stateFolder: string, folder: string): void {
  const obstacle = findObstacle(folder);
  if (obstacle !== null) throw unusable(stateFolder, obstacle, null);
  try {
    // One step up at a time: below /proc Node's recursive mkdir never ends.
    makeFolder(folder);
  } catch (error) {
    throw unusable(stateFolder, messageOf(error), error);
  }
}

/** Why nothing can be written to a folder, or be made where it is missing; null when it can. */
export function findObstacle(folder: string): string | null {
  const place = nearestExisting(folder);
  if (!statSync(place).isDirectory()) return `${place} is not a folder`;
  return isWritable(place) ? null : `${place} may not be written`;
}

export function nearestExisting(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearestExisting(dirname(folder));
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function unusable(stateFolder: string, reason: string, cause: unknown): AasError {
  return new AasError("config_invalid", `The state folder ${stateFolder} cannot be used: ${reason}.`, {
    cure: "Set AAS_STATE_HOME to a folder that you may write.",
    cause,
  });
}

function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another command was quicker.
    if (!existsSync(folder)) throw error;
  }
}
