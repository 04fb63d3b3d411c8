import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { AasError } from "../../domain/errors.ts";
import type { ModelReply, ModelRequest } from "../../ports/model.ts";

const tokens = z.int().min(0);

/** A reply with the request it answers, kept so that a person can see why another request is not the same. */
const recordedReply = z.strictObject({
  purpose: z.string(),
  system: z.string(),
  prompt: z.string(),
  reply: z.strictObject({
    text: z.string(),
    finish: z.enum(["stop", "length", "refusal", "filter", "other"]),
    usage: z
      .strictObject({
        inputTokens: tokens,
        cacheReadTokens: tokens.default(0),
        cacheWriteTokens: tokens.default(0),
        outputTokens: tokens,
      })
      .nullable(),
    model: z.string().nullable().default(null),
  }),
});

const repliesFile = z.strictObject({
  format: z.literal("aas-replies-1"),
  model: z.string().min(1),
  replies: z.record(z.string(), recordedReply),
});

export type RecordedReply = z.infer<typeof recordedReply>;

export interface Replies {
  /** The model that gave them. */
  readonly model: string;
  readonly byHash: ReadonlyMap<string, RecordedReply>;
}

/** Names a request by everything the model reads; the limit of its answer is no part of it. */
export function hashRequest(request: Pick<ModelRequest, "purpose" | "system" | "prompt">): string {
  const content = JSON.stringify([request.purpose, request.system, request.prompt]);
  return createHash("sha256").update(content).digest("hex");
}

/** Refuses a file whose names and requests differ: such a reply would never be found again. */
export async function readReplies(file: string): Promise<Replies> {
  const parsed = repliesFile.safeParse(await readJson(file));
  if (!parsed.success) throw invalidFile(file, z.prettifyError(parsed.error), parsed.error);
  const byHash = new Map(Object.entries(parsed.data.replies));
  const stale = [...byHash].filter(([hash, reply]) => hash !== hashRequest(reply)).map(([hash]) => hash);
  if (stale.length > 0) {
    throw invalidFile(file, `The requests of ${stale.join(", ")} were changed after they were recorded.`);
  }
  return { model: parsed.data.model, byHash };
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as unknown;
  } catch (error) {
    throw invalidFile(file, "It cannot be read as JSON.", error);
  }
}

function invalidFile(file: string, reason: string, cause?: unknown): AasError {
  return new AasError("config_invalid", `The recorded replies in ${file} cannot be used. ${reason}`, {
    cure: "Record them again.",
    cause,
  });
}

/** In the order of purpose and prompt, so that recording again shows only what changed. */
export async function writeReplies(file: string, { model, byHash }: Replies): Promise<void> {
  const sorted = [...byHash].toSorted(([, one], [, other]) => compare(sortKey(one), sortKey(other)));
  const content = { format: "aas-replies-1", model, replies: Object.fromEntries(sorted) };
  const temporary = `${file}.${randomUUID()}`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(temporary, `${JSON.stringify(content, null, 2)}\n`, { flag: "wx" });
  await rename(temporary, file);
}

function sortKey({ purpose, prompt }: RecordedReply): string {
  return `${purpose}\n${prompt}`;
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

export function toRecordedReply(request: ModelRequest, reply: ModelReply): RecordedReply {
  const { purpose, system, prompt } = request;
  const { text, finish, usage, model } = reply;
  return {
    purpose,
    system,
    prompt,
    reply: { text, finish, usage, model },
  };
}
