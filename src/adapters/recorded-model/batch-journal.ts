import { constants } from "node:fs";
import { type FileHandle, mkdir, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { AasError } from "../../domain/errors.ts";

const item = z.strictObject({
  customId: z.string(),
  request: z.strictObject({
    purpose: z.string(),
    system: z.string(),
    prompt: z.string(),
    maxOutputTokens: z.number(),
  }),
});

const journalEntry = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("upload"),
    at: z.iso.datetime(),
    uploadRef: z.string(),
    submitKey: z.string(),
    items: z.array(item),
  }),
  z.strictObject({
    type: z.literal("batch_created"),
    at: z.iso.datetime(),
    ref: z.string(),
    submitKey: z.string(),
    uploadRef: z.string(),
  }),
  z.strictObject({ type: z.literal("polled"), at: z.iso.datetime(), ref: z.string() }),
  z.strictObject({ type: z.literal("canceled"), at: z.iso.datetime(), ref: z.string() }),
]);

export type JournalEntry = z.infer<typeof journalEntry>;

/**
 * The provider's own durable log, one line a thing that happened. A line counts when it is whole: one that a crash cut
 * off never happened.
 */
export async function appendToJournal(file: string, entry: JournalEntry): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(file, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT, 0o600);
  try {
    const start = (await endsInsideLine(handle)) ? "\n" : "";
    await handle.write(`${start}${JSON.stringify(entry)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function endsInsideLine(handle: FileHandle): Promise<boolean> {
  const { size } = await handle.stat();
  if (size === 0) return false;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer.toString() !== "\n";
}

/** Oldest first; a journal nobody has written to is empty. */
export async function readJournal(file: string): Promise<readonly JournalEntry[]> {
  const lines = (await readOrEmpty(file)).split("\n");
  return lines.flatMap((line, index) => {
    const json = parseWhole(line);
    if (json === undefined) return [];
    const parsed = journalEntry.safeParse(json);
    if (parsed.success) return [parsed.data];
    throw new AasError("config_invalid", `Line ${index + 1} of ${file} is no entry of a batch journal.`, {
      cause: parsed.error,
      cure: "Take the file away to start with an empty journal.",
    });
  });
}

function parseWhole(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

async function readOrEmpty(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}
