import { AasError } from "../../domain/errors.ts";
import { toSha } from "../../domain/ids.ts";
import type { Sha } from "../../domain/ids.ts";
import { mendDamage } from "./git-failure.ts";
import type { Frame, LongLivedGit } from "./long-lived-git.ts";

export type ObjectType = "blob" | "tree" | "commit" | "tag";

export interface GitObject {
  readonly sha: Sha;
  readonly type: ObjectType;
  readonly content: Buffer;
}

interface Header {
  readonly sha: Sha;
  readonly type: ObjectType;
  readonly size: number;
  /** Where the content begins. */
  readonly length: number;
}

const maxObjectBytes = 256 * 1024 ** 2;

/** Reads objects by name through one `git cat-file --batch-command`. Names of refs never go through here. */
export class ObjectReader {
  readonly #catFile: LongLivedGit;

  constructor(catFile: LongLivedGit) {
    this.#catFile = catFile;
  }

  async find(name: Sha, peel?: "commit" | "tree"): Promise<GitObject | null> {
    // Commits and folders are never that large: one question less.
    if (peel !== undefined) return await this.#catFile.ask(`contents ${name}^{${peel}}\n`, parseObject);
    const header = await this.#catFile.ask(`info ${name}\n`, parseHeader);
    if (header === null) return null;
    if (header.size > maxObjectBytes) {
      throw new AasError(
        "git_failed",
        `The object ${name} has ${header.size} bytes; ${maxObjectBytes} can be read.`,
      );
    }
    return await this.#catFile.ask(`contents ${header.sha}\n`, parseObject);
  }

  async get(name: Sha, peel?: "commit" | "tree"): Promise<GitObject> {
    const object = await this.find(name, peel);
    if (object !== null) return object;
    const message = `There is no ${peel ?? "object"} ${name} in the mirror.`;
    throw new AasError("not_found", message, { cure: mendDamage });
  }

  async typeOf(name: Sha): Promise<ObjectType | null> {
    return (await this.#catFile.ask(`info ${name}\n`, parseHeader))?.type ?? null;
  }
}

function readHeader(received: Buffer): Header | null | undefined {
  const end = received.indexOf(10);
  if (end < 0) return undefined;
  const [name = "", type = "", size = ""] = received.toString("latin1", 0, end).split(" ");
  if (!isObjectType(type)) return null;
  return { sha: toSha(name), type, size: Number(size), length: end + 1 };
}

function isObjectType(word: string): word is ObjectType {
  return word === "blob" || word === "tree" || word === "commit" || word === "tag";
}

function parseHeader(received: Buffer): Frame<Header | null> {
  const header = readHeader(received);
  if (header === undefined) return { kind: "partial", atLeast: received.length + 1 };
  return { kind: "complete", value: header };
}

function parseObject(received: Buffer): Frame<GitObject | null> {
  const header = readHeader(received);
  if (header === undefined) return { kind: "partial", atLeast: received.length + 1 };
  if (header === null) return { kind: "complete", value: null };
  const end = header.length + header.size;
  if (received.length < end + 1) return { kind: "partial", atLeast: end + 1 };
  const { sha, type } = header;
  return { kind: "complete", value: { sha, type, content: received.subarray(header.length, end) } };
}
