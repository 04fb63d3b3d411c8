import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { AasError, messageOf } from "../domain/errors.ts";
import type { Environment } from "./environment.ts";

/** Where everything of ours lives on this machine. Root's home is closed to the database's own user, so root's is elsewhere. */
export function chooseStateFolder(env: Environment): string {
  const named = env["AAS_STATE_HOME"];
  if (named !== undefined && named !== "") return named;
  if (process.getuid?.() === 0) return "/var/lib/aas";
  const xdg = env["XDG_STATE_HOME"];
  return xdg === undefined || xdg === "" ? join(homedir(), ".local", "state", "aas") : join(xdg, "aas");
}

/** Makes a folder of ours below the state folder. */
export function makeStateFolder(stateFolder: string, folder: string): void {
  try {
    // One step up at a time: below /proc Node's recursive mkdir never ends.
    makeFolder(folder);
  } catch (error) {
    throw new AasError(
      "config_invalid",
      `The state folder ${stateFolder} cannot be used: ${messageOf(error)}.`,
      {
        cure: "Set AAS_STATE_HOME to a folder that you may write.",
        cause: error,
      },
    );
  }
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
