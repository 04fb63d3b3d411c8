import { AasError } from "../../domain/errors.ts";
import { toSha } from "../../domain/ids.ts";
import type { Sha } from "../../domain/ids.ts";
import type { CommitSummary, NewCommit, Signature } from "../../ports/git.ts";

export interface ParsedCommit {
  readonly tree: Sha;
  readonly parents: readonly Sha[];
  readonly author: string;
  readonly message: string;
}

/** The bytes of a commit: author and committer are one, in UTC, so that the same commit made twice is one commit. */
export function renderCommit(commit: NewCommit): Buffer {
  if (commit.message.includes("\0")) throw new AasError("not_allowed", "A commit message cannot have a NUL.");
  const person = renderSignature(commit.author);
  const lines = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${person}`,
    `committer ${person}`,
    "",
    commit.message.endsWith("\n") ? commit.message : `${commit.message}\n`,
  ];
  return Buffer.from(lines.join("\n"));
}

function renderSignature({ name, email, at }: Signature): string {
  const seconds = Math.floor(at.getTime() / 1000);
  if (!Number.isSafeInteger(seconds) || seconds < 0)
    throw new AasError("internal", "A commit needs a date after 1970.");
  return `${cleanWord(name) || "aas"} <${cleanWord(email)}> ${seconds} +0000`;
}

/** Git forbids these in names; a model may have chosen the name. */
function cleanWord(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are exactly what is removed
  return text.replaceAll(/[<>\u0000-\u001F\u007F]/gu, "").replaceAll(/^[\s.,:;"']+|[\s.,:;"']+$/gu, "");
}

export function parseCommit(content: Buffer): ParsedCommit {
  const text = content.toString();
  const split = text.indexOf("\n\n");
  const head = split < 0 ? text : text.slice(0, split);
  const fields = head
    .split("\n")
    .map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)]);
  const valuesOf = (field: string): string[] =>
    fields.flatMap(([name, value]) => (name === field ? [value ?? ""] : []));
  return {
    tree: toSha(valuesOf("tree")[0] ?? ""),
    parents: valuesOf("parent").map((parent) => toSha(parent)),
    author: (valuesOf("author")[0] ?? "").replace(/ <.*$/u, ""),
    message: split < 0 ? "" : text.slice(split + 2),
  };
}

/** Title: the first line. Body: what follows the blank line, trailers included. */
export function toSummary(sha: Sha, commit: ParsedCommit): CommitSummary {
  const [title = "", ...rest] = commit.message.split("\n");
  return { sha, title, body: rest.join("\n").trim(), author: commit.author };
}
