/** What a prompt may know of the repository at a commit. */
export interface RepositoryFacts {
  readonly files: readonly string[];
  readonly languages: readonly string[];
  readonly checks: readonly string[];
  readonly openTasks: readonly string[];
}
