import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { isRunning } from "./process-identity.ts";
import type { ServerLayout } from "./server-layout.ts";

/** Who is about to stop the server announces it under this name, which ends with the closer's identity. */
const intent = "closing.";

/** True while somebody alive is about to stop the server. */
export function isClosing(layout: ServerLayout): boolean {
  return withPrefix(layout, intent).some(({ closer }) => isRunning(closer));
}

/** Before it stops the server the closer takes the socket's name away; killed in between, it leaves a server unnamed. */
export function reopenAbandonedDoor(layout: ServerLayout): void {
  for (const { file, closer } of withPrefix(layout, takenName(layout))) {
    if (!isRunning(closer) && !existsSync(layout.socketFile)) renameSync(file, layout.socketFile);
  }
}

/** Called when no server is alive. */
export function clearDoor(layout: ServerLayout): void {
  const left = [...withPrefix(layout, intent), ...withPrefix(layout, takenName(layout))];
  for (const { file, closer } of left) if (!isRunning(closer)) rmSync(file, { force: true });
}

/** Under its own name, or under the one a closer gave it. */
export function hasSocket(layout: ServerLayout): boolean {
  return existsSync(layout.socketFile) || withPrefix(layout, takenName(layout)).length > 0;
}

function takenName(layout: ServerLayout): string {
  return `${basename(layout.socketFile)}.${intent}`;
}

function withPrefix(
  { socketFolder }: ServerLayout,
  prefix: string,
): readonly { file: string; closer: string }[] {
  return readdirSync(socketFolder)
    .filter((name) => name.startsWith(prefix))
    .map((name) => ({ file: join(socketFolder, name), closer: name.slice(prefix.length) }));
}
