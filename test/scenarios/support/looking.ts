import { type RunId, type Sha, toSha } from "../../../src/domain/ids.ts";
import type { Integration } from "../../../src/domain/integration.ts";
import type { Scenario } from "../../../src/testing/scenario.ts";

/** Where the base branch stands now, in the repository that everybody sees. */
export async function headOf(scenario: Scenario): Promise<Sha> {
  return toSha(scenario.base.git("rev-parse", "refs/heads/main"));
}

/** What a file says in a commit; null when it is not there. */
export async function contentOf(scenario: Scenario, commit: Sha, path: string): Promise<string | null> {
  return (await scenario.deps.git.readFile(commit, path))?.toString("utf8") ?? null;
}

/** Each task of a run as the board shows it, by title. */
export async function statesOf(scenario: Scenario, runId: RunId): Promise<Readonly<Record<string, string>>> {
  const { tasks } = await scenario.summary(runId);
  return Object.fromEntries(tasks.map(({ task, boardStatus }) => [task.title, boardStatus]));
}

/** Every event of a run in order: `task.collected AAS-1`. */
export async function eventsOf(scenario: Scenario, runId: RunId): Promise<readonly string[]> {
  const events = await scenario.deps.db.events.listOfRun(runId);
  return events.map((event) => `${event.type} ${event.subject === runId ? (event.to ?? "") : event.subject}`);
}

/** What a run has in the queue now. */
export async function entryOf(scenario: Scenario, runId: RunId): Promise<Integration | undefined> {
  return (await scenario.deps.db.queue.listIntegrationsOfRun(runId)).at(-1);
}
