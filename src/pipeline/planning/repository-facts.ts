import type { Run } from "../../domain/run.ts";
import type { Database } from "../../ports/database.ts";
import type { Git } from "../../ports/git.ts";
import type { RepositoryFacts } from "../../ports/repository-facts.ts";

const languageOfEnding: Readonly<Record<string, string>> = {
  ts: "TypeScript",
  js: "JavaScript",
  mjs: "JavaScript",
  py: "Python",
  go: "Go",
  rs: "Rust",
  java: "Java",
  rb: "Ruby",
  md: "Markdown",
};

const maxFiles = 400;

/** What a prompt may know of the repository at the run's base commit. */
export async function readRepositoryFacts(
  deps: { readonly db: Database; readonly git: Git },
  run: Run,
): Promise<RepositoryFacts> {
  const files = (await deps.git.listFiles(run.baseSha)).map((file) => file.path);
  const tasks = await deps.db.tasks.list(run.projectId);
  const open = tasks.filter((task) => task.state.status !== "done" && task.state.status !== "canceled");
  return {
    files: files.slice(0, maxFiles),
    languages: languagesOf(files),
    checks: run.policy.checks.map((check) => check.command.join(" ")),
    openTasks: open.map((task) => `${task.key} ${task.title}`),
  };
}

function languagesOf(files: readonly string[]): readonly string[] {
  const found = files.map((path) => languageOfEnding[path.split(".").at(-1) ?? ""]);
  return [...new Set(found.filter((language) => language !== undefined))].toSorted();
}
