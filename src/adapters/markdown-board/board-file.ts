import { constants } from "node:fs";
import { type FileHandle, lstat, open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { codeOf } from "../../domain/errno-code.ts";
import { diskFull, isOfFullDisk } from "../../domain/full-disk.ts";
import { AasError, messageOf } from "../../domain/errors.ts";

const maxBytes = 32 * 1024 * 1024;

/** The board's bytes; null when there is no file. A link, a folder or a pipe is no board. */
export async function readBoardFile(file: string): Promise<Buffer | null> {
  try {
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const facts = await handle.stat();
      if (!facts.isFile()) throw notAFile(file, "not a regular file");
      if (facts.size > maxBytes) throw notAFile(file, `larger than ${maxBytes / 1024 / 1024} MiB`);
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw toBoardFailure(error, file);
  }
}

export function decodeBoard(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new AasError("config_invalid", `${file} is not UTF-8 text.`, {
      cause: error,
      cure: "Save it as UTF-8.",
    });
  }
}

export interface BoardWrite {
  /** What was read: only this is replaced. */
  readonly before: Buffer | null;
  /** Null leaves the file as it is and only remembers. */
  readonly text: string | null;
  /** Called while nobody else of us can write, before the text stands. */
  readonly remember: () => Promise<void>;
}

/**
 * Replaces the file whole or not at all; false when it says something else by now. The draft beside it has a fixed
 * name: who makes it has the turn, and renaming it gives the turn back.
 */
export async function writeBoardFile(file: string, write: BoardWrite): Promise<boolean> {
  const draft = join(dirname(file), `.${basename(file)}.aas-draft`);
  try {
    const handle = await takeTurn(draft);
    try {
      if (write.text !== null) await fill(handle, file, write.text);
      if (!(await isUnchanged(file, write.before))) return false;
      await write.remember();
      // A person may have saved meanwhile, and a process that stood still too long has lost its turn.
      if (!(await isUnchanged(file, write.before)) || !(await isMine(handle, draft))) return false;
      if (write.text !== null) await rename(draft, file);
      return true;
    } finally {
      if (await isMine(handle, draft)) await rm(draft, { force: true });
      await handle.close();
    }
  } catch (error) {
    throw toBoardFailure(error, file);
  }
}

async function isUnchanged(file: string, before: Buffer | null): Promise<boolean> {
  const now = await readBoardFile(file);
  return now === null || before === null ? now === before : now.equals(before);
}

async function isMine(handle: FileHandle, draft: string): Promise<boolean> {
  const [mine, there] = [await handle.stat(), await lstat(draft).catch(() => null)];
  return there !== null && there.ino === mine.ino;
}

const lookAgainMs = 5;
/** Holding a turn takes milliseconds: who has held it this long is dead. */
const deadAfterMs = 10_000;

async function takeTurn(draft: string): Promise<FileHandle> {
  const since = Date.now();
  for (;;) {
    try {
      return await open(draft, "wx", 0o600);
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
    const facts = await lstat(draft).catch(() => null);
    // A clock that was set back must not make us wait for ever.
    const oldest = Math.min(facts?.mtimeMs ?? since, since);
    if (facts !== null && Date.now() - oldest > deadAfterMs) await rm(draft, { force: true });
    else await pause(lookAgainMs);
  }
}

/** Mode and owner stay; a new board gets those of its folder. */
async function fill(handle: FileHandle, file: string, text: string): Promise<void> {
  const old = await lstat(file).catch(() => null);
  const { uid, gid } = old ?? (await stat(dirname(file)));
  await handle.writeFile(text);
  await handle.chmod(old === null ? 0o644 : old.mode & 0o777);
  const mine = await handle.stat();
  if (mine.uid !== uid || mine.gid !== gid) await handle.chown(uid, gid).catch(() => null);
  await handle.sync();
}

function notAFile(file: string, what: string): AasError {
  return new AasError("not_allowed", `${file} is ${what}: AAS does not touch it.`, {
    cure: "Put a plain file in its place, or set board.location.",
  });
}

/** Only what the file system says is about the file. */
function toBoardFailure(error: unknown, file: string): Error {
  const code = codeOf(error);
  if (error instanceof AasError || !("syscall" in Object(error))) return error as Error;
  if (code === "ELOOP") return notAFile(file, "a symbolic link");
  if (isOfFullDisk(error)) return diskFull(`No room for ${file}.`, error);
  const cure = `Check that ${dirname(file)} exists and can be written.`;
  return new AasError("not_allowed", `${file} cannot be written: ${messageOf(error)}`, {
    cause: error,
    cure,
  });
}
