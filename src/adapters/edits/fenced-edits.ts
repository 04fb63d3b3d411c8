import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { EditOutcome, Edits } from "../../ports/edits.ts";
import { findUnsafePath } from "./find-unsafe-path.ts";
import { parseAnswer } from "./parse-answer.ts";
import { planWrites } from "./plan-writes.ts";
import { statOrNull } from "./stat-or-null.ts";
import { writeFiles } from "./write-files.ts";

/** Edits as fenced blocks: whole files and SEARCH/REPLACE. Everything is computed first, then written, all or nothing. */
export class FencedEdits implements Edits {
  async apply(answer: string, folder: string): Promise<EditOutcome> {
    const parsed = parseAnswer(answer);
    if (parsed.problems.length > 0) return { kind: "refused", problems: parsed.problems };
    if (parsed.operations.length === 0) return { kind: "refused", problems: [noOperation] };
    const paths = [...new Set(parsed.operations.map((operation) => operation.path))];
    const existing = await readExisting(folder, paths);
    if (existing.problems.length > 0) return { kind: "refused", problems: existing.problems };
    const planned = planWrites(parsed.operations, existing.files);
    if (planned.problems.length > 0) return { kind: "refused", problems: planned.problems };
    const outcome = await writeFiles(folder, planned.files);
    return outcome.kind === "refused" ? outcome : { kind: "applied", files: paths };
  }
}

const noOperation =
  "The answer holds no file operation. Write `FILE: path` or `EDIT: path` on a line of its own, followed by a fenced block.";

async function readExisting(
  folder: string,
  paths: readonly string[],
): Promise<{ readonly files: ReadonlyMap<string, Buffer>; readonly problems: readonly string[] }> {
  const files = new Map<string, Buffer>();
  const problems: string[] = [];
  for (const path of paths) {
    const reason = await findUnsafePath(folder, path);
    if (reason !== null) problems.push(`${JSON.stringify(path)} cannot be written: ${reason}.`);
    else if ((await statOrNull(join(folder, path))) !== null)
      files.set(path, await readPlainFile(folder, path));
  }
  return { files, problems };
}

async function readPlainFile(folder: string, path: string): Promise<Buffer> {
  const file = await open(join(folder, path), constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    return await file.readFile();
  } finally {
    await file.close();
  }
}
