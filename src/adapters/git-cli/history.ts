import { AasError } from "../../domain/errors.ts";
import { toSha } from "../../domain/ids.ts";
import type { Sha } from "../../domain/ids.ts";
import type { ChangedFile, CommitSummary, TreeFile } from "../../ports/git.ts";
import { parseCommit, toSummary } from "./commit-object.ts";
import type { GitCall } from "./run-git.ts";
import { runGit } from "./run-git.ts";
import type { ObjectReader } from "./object-reader.ts";
import { folderMode, parseTree, toFileKind } from "./tree-objects.ts";
import type { TreeEntry } from "./tree-objects.ts";

/** Where the questions of this file are asked. */
export interface History {
  readonly reader: ObjectReader;
  readonly place: Pick<GitCall, "cwd" | "env">;
}

export async function isAncestor(history: History, ancestor: Sha, descendant: Sha): Promise<boolean> {
  if (ancestor === descendant) return true;
  const args = ["merge-base", "--is-ancestor", ancestor, descendant];
  const call = { ...history.place, action: "compare two commits", args, answers: [0, 1] };
  return (await runGit(call)).exitCode === 0;
}

export async function commitsBetween(
  history: History,
  from: Sha | null,
  to: Sha,
): Promise<readonly CommitSummary[]> {
  const args = ["rev-list", "--reverse", "--topo-order", to, ...(from === null ? [] : [`^${from}`]), "--"];
  const { stdout } = await runGit({ ...history.place, action: "list commits", args });
  const summaries: CommitSummary[] = [];
  for (const name of lines(stdout.toString("latin1"))) {
    const sha = toSha(name);
    summaries.push(toSummary(sha, parseCommit((await history.reader.get(sha, "commit")).content)));
  }
  return summaries;
}

export async function listFiles(history: History, commit: Sha): Promise<readonly TreeFile[]> {
  const args = ["ls-tree", "-r", "-z", "-l", "--full-tree", commit];
  const { stdout } = await runGit({ ...history.place, action: "list the files of a commit", args });
  return tokens(stdout).map((token) => {
    const tab = token.indexOf("\t");
    const [mode = "", , blob = "", size = ""] = token.slice(0, tab).split(/ +/u);
    const kind = toFileKind(mode);
    if (kind === null) throw new AasError("repository_invalid", `A file of ${commit} has the mode ${mode}.`);
    return { path: token.slice(tab + 1), kind, blob: toSha(blob), size: size === "-" ? 0 : Number(size) };
  });
}

/** Walks the folders itself: no name of a file is ever part of a question to git. */
export async function readFile(history: History, commit: Sha, path: string): Promise<Buffer | null> {
  const parts = Buffer.from(path).toString("latin1").split("/");
  const last = parts.pop() ?? "";
  let folder = (await history.reader.get(commit, "tree")).content;
  for (const part of parts) {
    const entry = entryOf(folder, part);
    if (entry?.mode !== folderMode) return null;
    folder = (await history.reader.get(entry.sha)).content;
  }
  const entry = entryOf(folder, last);
  if (entry === undefined) return null;
  const kind = toFileKind(entry.mode);
  if (kind === "file" || kind === "executable") return (await history.reader.get(entry.sha)).content;
  throw new AasError("not_allowed", `${JSON.stringify(path)} is a ${kind ?? "folder"}, not a plain file.`);
}

function entryOf(tree: Buffer, name: string): TreeEntry | undefined {
  return parseTree(tree).find((entry) => entry.name === name);
}

export async function changedFiles(history: History, from: Sha, to: Sha): Promise<readonly ChangedFile[]> {
  const args = ["diff-tree", "-r", "-z", "--raw", "--numstat", ...plainDiff, from, to, "--"];
  const { stdout } = await runGit({ ...history.place, action: "compare two commits", args });
  return parseChanges(tokens(stdout));
}

export async function diff(history: History, from: Sha, to: Sha): Promise<string> {
  const args = ["diff-tree", "-r", "-p", "--full-index", "-U3", ...plainDiff, from, to, "--"];
  return (await runGit({ ...history.place, action: "show a difference", args })).stdout.toString();
}

const plainDiff = [
  "--no-ext-diff",
  "--no-textconv",
  "--no-renames",
  "--no-color",
  "--ignore-submodules=none",
];

/** `:before after blob blob status NUL path NUL` for each file, then `added TAB removed TAB path NUL` for each. */
function parseChanges(all: readonly string[]): readonly ChangedFile[] {
  let count = 0;
  while (header.test(all[count * 2] ?? "")) count += 1;
  const counts = new Map(all.slice(count * 2).map((token) => [token.split("\t").slice(2).join("\t"), token]));
  return Array.from({ length: count }, (_, index) => {
    const path = all[index * 2 + 1] ?? "";
    return toChangedFile(all[index * 2] ?? "", path, counts.get(path) ?? "");
  });
}

const header = /^:(?<before>\d{6}) (?<after>\d{6}) [0-9a-f]{40} [0-9a-f]{40} (?<status>[AMDT])$/u;

const changes = { A: "added", M: "modified", D: "deleted", T: "type_changed" } as const;

function toChangedFile(raw: string, path: string, counts: string): ChangedFile {
  const { before = "", after = "", status = "" } = header.exec(raw)?.groups ?? {};
  const [added = "", removed = ""] = counts.split("\t");
  return {
    path,
    change: changes[status as keyof typeof changes],
    kindBefore: toFileKind(before),
    kindAfter: toFileKind(after),
    linesAdded: added === "-" ? null : Number(added),
    linesRemoved: removed === "-" ? null : Number(removed),
  };
}

/** The parts of a `-z` output. */
export function tokens(output: Buffer): string[] {
  return output.toString().split("\0").slice(0, -1);
}

export function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}
