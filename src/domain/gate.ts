import { checkPath, isInScope, isProtected } from "./path-policy.ts";

/** A changed file as the gate sees it, before any check runs. */
export interface GateFile {
  readonly path: string;
  readonly change: "added" | "modified" | "deleted" | "type_changed";
  readonly kind: "file" | "executable" | "symlink" | "submodule" | null;
  /** Text after the change; null for deleted and binary files. */
  readonly text: string | null;
  readonly bytes: number;
}

export interface GateRules {
  /** Files and folders the task declared. */
  readonly scope: readonly string[];
  readonly protectedPaths: readonly string[];
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
    ...(file.kind === "symlink" ? [`${name} is a symbolic link.`] : []),
    ...(file.kind === "submodule" ? [`${name} is a submodule.`] : []),
    ...(file.bytes > rules.maxFileBytes
      ? [`${name} has ${file.bytes} bytes; at most ${rules.maxFileBytes} are allowed.`]
      : []),
    ...(file.text === null ? [] : findTextFaults(name, file.text)),
  ];
}

const conflictMark = /^(?:<{7}|>{7}|\|{7})(?: |$)/mu;
const truncationMark =
  /^[ \t]*(?:\/\/|#|\/\*|<!--)?[ \t]*(?:\.\.\.|…)[ \t]*(?:the )?(?:rest|remaining|existing|other|previous|same|unchanged)\b.*(?:code|content|file|functions?|methods?|lines?|implementation|unchanged|same|here)/imu;

function findTextFaults(name: string, text: string): readonly string[] {
  return [
    ...(conflictMark.test(text) ? [`${name} contains conflict marks.`] : []),
    ...(truncationMark.test(text)
      ? [`${name} leaves out code with a placeholder instead of writing it.`]
      : []),
    ...(text.includes("\u0000") ? [`${name} contains a zero byte.`] : []),
  ];
}

function findGuardedTouches(files: readonly GateFile[], rules: GateRules): readonly string[] {
  const guarded = files.filter((file) => isProtected(file.path, rules.protectedPaths));
  const deleted = files.filter((file) => file.change === "deleted");
  const isMassDeletion = deleted.length > 5 && deleted.length > files.length / 2;
  return [
    ...guarded.map((file) => `${JSON.stringify(file.path)} is protected.`),
    ...(isMassDeletion ? [`${deleted.length} files would be deleted.`] : []),
  ];
}
