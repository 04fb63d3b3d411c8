import type { CheckDefinition } from "./check.ts";
import type { FileKind } from "./file-kind.ts";
import { isJudgingFile } from "./judging-files.ts";
import { checkPath, isInScope, isProtected } from "./path-policy.ts";
import { hasTruncationMark } from "./planning/truncation-mark.ts";

/** A changed file as the gate sees it, before any check runs. */
export interface GateFile {
  readonly path: string;
  readonly change: "added" | "modified" | "deleted" | "type_changed";
  readonly kind: FileKind | null;
  /** Text after the change; null for deleted and binary files. */
  readonly text: string | null;
  readonly bytes: number;
}

export interface GateRules {
  /** Files and folders the task declared. */
  readonly scope: readonly string[];
  readonly protectedPaths: readonly string[];
  /** What the files are judged by next: a change to that needs a person. */
  readonly checks: readonly Pick<CheckDefinition, "command" | "report">[];
  readonly maxChangedFiles: number;
  readonly maxFileBytes: number;
}

/** `refused` goes back to the builder; `needs_approval` waits for a person and costs no attempt. */
export type GateVerdict =
  | { readonly kind: "passed" }
  | { readonly kind: "refused"; readonly findings: readonly string[] }
  | { readonly kind: "needs_approval"; readonly findings: readonly string[] };

/** The gate before any check: what no builder may hand in, however well its tests pass. */
export function judgeChange(files: readonly GateFile[], rules: GateRules): GateVerdict {
  const refusals = [
    ...findWholeChangeFaults(files, rules),
    ...files.flatMap((file) => findFileFaults(file, rules)),
  ];
  if (refusals.length > 0) return { kind: "refused", findings: refusals };
  const guarded = findGuardedTouches(files, rules);
  return guarded.length > 0 ? { kind: "needs_approval", findings: guarded } : { kind: "passed" };
}

function findWholeChangeFaults(files: readonly GateFile[], rules: GateRules): readonly string[] {
  if (files.length === 0) return ["The change is empty."];
  if (files.length > rules.maxChangedFiles) {
    return [`${files.length} files changed; at most ${rules.maxChangedFiles} are allowed.`];
  }
  return [];
}

function findFileFaults(file: GateFile, rules: GateRules): readonly string[] {
  const name = JSON.stringify(file.path);
  const badName = checkPath(file.path);
  if (badName !== null) return [`${name} is not a name that may be written: ${badName}.`];
  const isDeclared = isInScope(file.path, rules.scope) || isProtected(file.path, rules.protectedPaths);
  return [
    ...(isDeclared ? [] : [`${name} is outside the files of the task (${rules.scope.join(", ")}).`]),
    ...findKindFaults(file, name),
    ...(file.bytes > rules.maxFileBytes
      ? [`${name} has ${file.bytes} bytes; at most ${rules.maxFileBytes} are allowed.`]
      : []),
    ...(file.text === null ? [] : findTextFaults(file.path, file.text)),
  ];
}

/** Only plain files may be written; a kind we do not know is none. */
function findKindFaults({ kind }: GateFile, name: string): readonly string[] {
  switch (kind) {
    case null:
    case "file":
    case "executable":
      return [];
    case "symlink":
      return [`${name} is a symbolic link.`];
    case "submodule":
      return [`${name} is a submodule.`];
    default:
      return [`${name} is no plain file.`];
  }
}

const conflictMark = /^(?:<{7}|>{7}|\|{7})(?: |$)/mu;

function findTextFaults(path: string, text: string): readonly string[] {
  const name = JSON.stringify(path);
  return [
    ...(conflictMark.test(text) ? [`${name} contains conflict marks.`] : []),
    ...(hasTruncationMark(path, text)
      ? [`${name} leaves out code with a placeholder instead of writing it.`]
      : []),
    ...(text.includes("\u0000") ? [`${name} contains a zero byte.`] : []),
  ];
}

function findGuardedTouches(files: readonly GateFile[], rules: GateRules): readonly string[] {
  const guarded = files.filter((file) => isProtected(file.path, rules.protectedPaths));
  const judging = files.filter((file) => !guarded.includes(file) && isJudgingFile(file.path, rules.checks));
  const deleted = files.filter((file) => file.change === "deleted");
  const isMassDeletion = deleted.length > 5 && deleted.length > files.length / 2;
  return [
    ...guarded.map((file) => `${JSON.stringify(file.path)} is protected.`),
    ...judging.map((file) => `${JSON.stringify(file.path)} decides what a check says.`),
    ...(isMassDeletion ? [`${deleted.length} files would be deleted.`] : []),
  ];
}
