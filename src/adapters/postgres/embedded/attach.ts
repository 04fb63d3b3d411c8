import { existsSync, statSync, utimesSync } from "node:fs";
import { isClosing } from "./closing-door.ts";
import type { ServerLayout } from "./server-layout.ts";
import type { ServerAnswer } from "./server-probe.ts";
import { askServer } from "./server-probe.ts";

export interface Attached {
  /** Version of the binaries the server runs on. */
  readonly treeVersion: string;
  readonly databases: readonly string[];
  /** Seconds, as file times are. */
  readonly at: number;
  readonly lastAttachAt: number;
}

/**
 * Null when there is no server, or one about to end. Who gets an answer will connect for good a moment later, and the
 * server must not end in between: we write our mark and then look for a closer, a closer announces itself and then looks
 * for marks, so at least one of the two sees the other.
 */
export async function attachTo(layout: ServerLayout): Promise<Attached | null> {
  // A fraction of its own for everybody, because marks of the same millisecond could not be told apart.
  const at = (Date.now() + Math.random()) / 1000;
  const lastAttachAt = markAttach(layout, at);
  if (lastAttachAt === null) return null;
  const answer: ServerAnswer = await askServer(layout.socketFolder);
  if (answer.kind === "silent" || isClosing(layout)) return null;
  return { treeVersion: answer.treeVersion, databases: answer.databases, at, lastAttachAt };
}

/** Time of the attach before this one; null when there is nothing to attach to. */
function markAttach({ attachMark, socketFile }: ServerLayout, at: number): number | null {
  if (!existsSync(socketFile)) return null;
  try {
    const { mtimeMs } = statSync(attachMark);
    utimesSync(attachMark, at, at);
    return mtimeMs / 1000;
  } catch {
    return null;
  }
}
