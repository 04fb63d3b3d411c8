import type { Sha } from "../../domain/ids.ts";
import { isInScope } from "../../domain/path-policy.ts";
import type { Task } from "../../domain/task.ts";
import type { Git } from "../../ports/git.ts";
import { scopeOf } from "./scope.ts";

const maxFilesShown = 40;

/** The files of a task as they are at a commit: what its builder is shown. */
export async function readScope(
  git: Pick<Git, "listFiles" | "readFile">,
  task: Pick<Task, "files">,
  commit: Sha,
): Promise<ReadonlyMap<string, string>> {
  const files = (await git.listFiles(commit)).filter((file) => isInScope(file.path, scopeOf(task)));
  const shown = files.slice(0, maxFilesShown);
  const texts = await Promise.all(shown.map((file) => git.readFile(commit, file.path)));
  return new Map(shown.map((file, index) => [file.path, texts[index]?.toString("utf8") ?? ""]));
}
