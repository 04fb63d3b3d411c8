/** A repository as detection sees it: from a commit or from a folder. */
export interface DetectedFiles {
  /** Paths of all files of the repository, relative, with `/`. */
  readonly paths: readonly string[];
  /** Null when there is no such file. */
  read(path: string): Promise<string | null>;
}
