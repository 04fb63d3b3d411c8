import { homedir } from "node:os";
import { join } from "node:path";
import type { Environment } from "./environment.ts";

/** Where everything of ours lives on this machine. Root's home is closed to the database's own user, so root's is elsewhere. */
export function chooseStateFolder(env: Environment): string {
  const named = env["AAS_STATE_HOME"];
  if (named !== undefined && named !== "") return named;
  if (process.getuid?.() === 0) return "/var/lib/aas";
  const xdg = env["XDG_STATE_HOME"];
  return xdg === undefined || xdg === "" ? join(homedir(), ".local", "state", "aas") : join(xdg, "aas");
}
