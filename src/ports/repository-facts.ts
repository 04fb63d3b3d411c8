/** What a planner may know of the repository at a commit. All of it: whoever asks a model chooses what fits. */
export interface RepositoryFacts {
  /** Paths, in their order. */
  readonly files: readonly string[];
  /** The one with most of the code first. */
  readonly languages: readonly LanguageShare[];
  /** Commands that must pass. */
  readonly checks: readonly string[];
  /** How people want the code to be changed, in their own files. */
  readonly conventions: readonly QuotedFile[];
  readonly openTasks: readonly string[];
  /** Titles, the newest first. */
  readonly recentCommits: readonly string[];
}

export interface LanguageShare {
  readonly name: string;
  /** Of all bytes in a language we know; whole numbers, so that small ones may be 0. */
  readonly percent: number;
}

export interface QuotedFile {
  readonly path: string;
  /** Its beginning. */
  readonly text: string;
}
