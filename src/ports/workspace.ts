import type { AttemptId, Sha } from "../domain/ids.ts";

/** Folders of our own, outside every repository, where attempts and validations have their files. */
export interface Workspace {
  folderOfAttempt(id: AttemptId): string;
  folderOfTree(tree: Sha, purpose: string): string;
}
