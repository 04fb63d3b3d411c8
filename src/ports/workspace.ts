import type { AttemptId } from "../domain/ids.ts";

/** Folders of our own, outside every repository, where attempts have their files. */
export interface Workspace {
  folderOfAttempt(id: AttemptId): string;
}
