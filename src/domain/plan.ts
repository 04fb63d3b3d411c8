import type { ReadingRung } from "./analysis.ts";
import type { Finish } from "./finish.ts";

/** How an answer says that one task is to be done, bound to the files of the repository. Nothing in it is written yet. */
export interface Plan {
  readonly phases: readonly PlanPhase[];
  readonly files: readonly FileChange[];
  readonly config: readonly ConfigAddition[];
  readonly dependencies: readonly string[];
  readonly tests: readonly string[];
  readonly acceptance: readonly string[];
  /** The fenced blocks of an answer in Markdown, in their order. */
  readonly blocks: readonly CodeBlock[];
  readonly reading: PlanReading;
}

export interface PlanPhase {
  readonly title: string;
  readonly steps: readonly string[];
}

export interface FileChange {
  readonly kind: FileChangeKind;
  /** The path as the answer names it. */
  readonly said: string;
  readonly target: FileTarget;
  readonly content: FileContent;
  readonly template: string | null;
  readonly variables: Readonly<Record<string, string>>;
  /** The title of its phase. */
  readonly phase: string | null;
}

/** An example shows how something is used; it is no file. */
export type FileChangeKind = "create" | "change" | "delete" | "example";

/** Only a path that was named whole is bound to a file that stands there; everything else is told to a person. */
export type FileTarget =
  | { readonly kind: "new"; readonly path: string }
  | { readonly kind: "existing"; readonly path: string }
  | { readonly kind: "unbound"; readonly reason: UnboundReason; readonly candidates: readonly string[] };

export type UnboundReason =
  /** A name without a folder, and a file of that name stands somewhere. */
  | "bare_name"
  /** It may be one of several, or a part of the path of one. */
  | "ambiguous"
  /** Another part of the answer says something else for the same path. */
  | "said_twice"
  /** To be changed or deleted, and not there. */
  | "missing"
  /** To be created, and something stands there. */
  | "already_there"
  | "unsafe_path"
  | "example";

export type FileContent =
  | { readonly kind: "whole"; readonly text: string }
  /** A piece of the file, or a file with parts left out: it never replaces one. */
  | { readonly kind: "part"; readonly text: string }
  | { readonly kind: "none" };

export interface ConfigAddition {
  readonly name: string;
  readonly type: string;
  readonly default: string | null;
  readonly description: string;
  readonly secret: boolean;
}

/** What a fenced block is for. */
export type BlockKind = "file" | "edit" | "snippet" | "command" | "config" | "output" | "tree" | "diagram";

export interface CodeBlock {
  readonly kind: BlockKind;
  /** In lower case; empty where the answer names none. */
  readonly language: string;
  /** The path as the answer names it; where a block holds several files, the first. */
  readonly path: string | null;
  /** The folder that a tree begins with, as it is written. */
  readonly root: string | null;
  readonly isTest: boolean;
}

export interface PlanReading {
  readonly parserVersion: number;
  readonly rung: ReadingRung;
  readonly confidence: number;
  readonly finish: Finish;
  /** What to tell the one who answered: why it is no object, and which files have no sure place. */
  readonly problems: readonly string[];
}
