import type { Change, Operation } from "./operation.ts";
import { replaceLines } from "./replace-lines.ts";
import { readText, renderText, rewriteText, type TextFile } from "./text-file.ts";

export interface PlannedWrites {
  readonly files: ReadonlyMap<string, string>;
  readonly problems: readonly string[];
}

/** What the files will be when all operations are done, in their order. `before` holds the files that exist. */
export function planWrites(
  operations: readonly Operation[],
  before: ReadonlyMap<string, Buffer>,
): PlannedWrites {
  const files = new Map<string, TextFile>();
  const problems: string[] = [];
  for (const operation of operations) {
    const planned = planOne(operation, files.get(operation.path) ?? null, before.get(operation.path) ?? null);
    const name = `${operation.kind.toUpperCase()}: ${operation.path}`;
    problems.push(...planned.problems.map((problem) => `${name}: ${problem}`));
    if (planned.file !== null) files.set(operation.path, planned.file);
  }
  return { files: new Map([...files].map(([path, file]) => [path, renderText(file)])), problems };
}

interface Planned {
  readonly file: TextFile | null;
  readonly problems: readonly string[];
}

function planOne(operation: Operation, planned: TextFile | null, bytes: Buffer | null): Planned {
  const current = planned ?? (bytes === null ? null : readText(bytes));
  if (operation.kind === "edit") {
    if (current !== null) return editFile(current, operation.changes);
    const reason = bytes === null ? "it does not exist; write it whole with FILE:." : "it is not UTF-8 text.";
    return { file: null, problems: [reason] };
  }
  if (planned !== null) {
    return { file: null, problems: ["an operation before it writes the same file; write it once."] };
  }
  return { file: rewriteText(operation.lines, current), problems: [] };
}

/** Each change sees what those before it made. */
function editFile(before: TextFile, changes: readonly Change[]): Planned {
  let file = before;
  const problems: string[] = [];
  for (const [index, change] of changes.entries()) {
    const replaced = replaceLines(file, change);
    if (replaced.kind === "replaced") file = replaced.file;
    else
      problems.push(
        changes.length === 1
          ? replaced.problem
          : `change ${index + 1} of ${changes.length}: ${replaced.problem}`,
      );
  }
  return { file, problems };
}
