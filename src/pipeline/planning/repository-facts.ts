import type { Sha } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import type { Database } from "../../ports/database.ts";
import type { Git, TreeFile } from "../../ports/git.ts";
import type { QuotedFile, RepositoryFacts } from "../../ports/repository-facts.ts";
import { conventionFiles } from "./convention-files.ts";
import { languagesOf } from "./languages.ts";

const shownCommits = 10;
const longestQuote = 12_000;
const largestQuoted = 1_000_000;

/** The repository at the run's base commit. */
export async function readRepositoryFacts(
  deps: { readonly db: Database; readonly git: Git },
  run: Run,
): Promise<RepositoryFacts> {
  const files = await deps.git.listFiles(run.baseSha);
  const tasks = await deps.db.tasks.list(run.projectId);
  const open = tasks.filter((task) => task.state.status !== "done" && task.state.status !== "canceled");
  return {
    files: files.map((file) => file.path),
    languages: languagesOf(files),
    checks: run.policy.checks.map((check) => check.command.join(" ")),
    conventions: await quoteConventions(deps.git, run.baseSha, files),
    openTasks: open.map((task) => `${task.key} ${task.title}`),
    recentCommits: await readTitles(deps.git, run.baseSha),
  };
}

async function quoteConventions(
  git: Git,
  sha: Sha,
  files: readonly TreeFile[],
): Promise<readonly QuotedFile[]> {
  const plain = files.filter(({ kind, size }) => kind === "file" && size <= largestQuoted);
  const quotes: QuotedFile[] = [];
  for (const path of conventionFiles(plain.map((file) => file.path))) {
    const text = toPlainText((await git.readFile(sha, path)) ?? Buffer.alloc(0));
    if (text !== "") quotes.push({ path, text });
  }
  return quotes;
}

/** The beginning of a text; nothing of what is none. */
function toPlainText(content: Buffer): string {
  if (content.includes(0)) return "";
  const text = content.toString("utf8").slice(0, longestQuote).replaceAll("\r\n", "\n");
  return text.replaceAll(/(?![\n\t])[\p{Cc}\p{Cs}\uFFFD]/gu, "").trim();
}

/** Along the first parents: what landed, not what was tried on the way. */
async function readTitles(git: Git, head: Sha): Promise<readonly string[]> {
  const titles: string[] = [];
  for (let sha: Sha | undefined = head; sha !== undefined && titles.length < shownCommits;) {
    const [title = ""] = (await git.messageOf(sha)).split("\n", 1);
    titles.push(title.trim());
    [sha] = await git.parentsOf(sha);
  }
  return titles.filter((title) => title !== "");
}
