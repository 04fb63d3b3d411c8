import { createHash, randomBytes } from "node:crypto";
import { access, mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { constants, deflate, deflateSync } from "node:zlib";
import { codeOf } from "../../domain/errno-code.ts";
import { diskFull, isOfFullDisk } from "../../domain/full-disk.ts";
import { AasError } from "../../domain/errors.ts";
import { toSha } from "../../domain/ids.ts";
import type { Sha } from "../../domain/ids.ts";
import type { ObjectType } from "./object-reader.ts";

const level = { level: constants.Z_BEST_SPEED };
const compressInThread = promisify(deflate);
/** Below this it takes longer to hand the work to a thread than to do it. */
const smallBytes = 8 * 1024;

async function compress(bytes: Buffer): Promise<Buffer> {
  return bytes.length < smallBytes ? deflateSync(bytes, level) : await compressInThread(bytes, level);
}

/** Writes objects as git does, without starting one: a hash, a compressed temporary file, a rename. Safe to repeat. */
export class LooseObjects {
  readonly #folder: string;

  constructor(mirrorFolder: string) {
    this.#folder = join(mirrorFolder, "objects");
  }

  async write(type: ObjectType, content: Buffer): Promise<Sha> {
    const header = Buffer.from(`${type} ${content.length}\0`);
    const name = createHash("sha1").update(header).update(content).digest("hex");
    const folder = join(this.#folder, name.slice(0, 2));
    const path = join(folder, name.slice(2));
    if (await exists(path)) return toSha(name);
    const bytes = await compress(Buffer.concat([header, content]));
    // Git's own name for such files, so that its cleaning and ours find what a crash leaves.
    const temporary = join(folder, `tmp_obj_${randomBytes(6).toString("hex")}`);
    try {
      await writeNew(folder, temporary, bytes);
      await rename(temporary, path);
    } catch (error) {
      throw cannotWrite(error);
    }
    return toSha(name);
  }
}

async function writeNew(folder: string, path: string, bytes: Buffer): Promise<void> {
  try {
    await writeFile(path, bytes, { flag: "wx", mode: 0o444 });
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    await mkdir(folder, { recursive: true });
    await writeFile(path, bytes, { flag: "wx", mode: 0o444 });
  }
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

function cannotWrite(cause: unknown): AasError {
  if (isOfFullDisk(cause)) return diskFull("No room for a git object.", cause);
  return new AasError("git_failed", "A git object could not be written.", { cause });
}
