import { userInfo } from "node:os";
import { systemClock } from "../adapters/system/system-clock.ts";
import { makeTimeOrderedIds } from "../adapters/system/time-ordered-ids.ts";
import { AasError } from "../domain/errors.ts";
import type { RunId } from "../domain/ids.ts";
import type { Run } from "../domain/run.ts";
import type { RecordingDeps } from "../pipeline/recording/make-event.ts";
import type { IdSource } from "../ports/id-source.ts";
import type { Environment } from "./environment.ts";
import type { Guard } from "./guard.ts";
import { openGuard } from "./open-guard.ts";
import { type OpenedStore, openStore } from "./open-store.ts";
import { findProjectHome, type ProjectHome } from "./project-home.ts";

/** A project as commands need it that only read and change facts: no git, no configuration, no engine. */
export interface OpenedProject extends RecordingDeps, AsyncDisposable {
  readonly home: ProjectHome;
  readonly store: OpenedStore;
  readonly ids: IdSource;
  readonly env: Environment;
  readonly guard: Guard;
}

export async function openProject(folder: string, env: Environment): Promise<OpenedProject> {
  const home = findProjectHome(folder, env);
  const store = await openStore(home, env);
  const guard = await openGuard(env);
  return {
    home,
    store,
    env,
    guard,
    db: guard.database(store.db),
    clock: systemClock,
    ids: makeTimeOrderedIds(systemClock),
    actor: `person:${userName()}`,
    [Symbol.asyncDispose]: store.close,
  };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return "unknown";
  }
}

const recentRuns = 500;

/** The run a person means: its id, or the beginning or end of one that no other shares; `last` is the newest. */
export async function findRun(project: OpenedProject, text: string): Promise<Run> {
  const exact = await project.db.runs.find(text as RunId);
  if (exact !== null) return exact;
  const runs = await project.db.runs.list(project.home.id, { limit: recentRuns });
  const [newest] = runs;
  if (text === "last" && newest !== undefined) return newest;
  const part = text.replace(/^r(?:un)?[-_]/u, "");
  const matching = runs.filter((run) => run.id.startsWith(`run_${part}`) || run.id.endsWith(part));
  const [only] = matching;
  if (only !== undefined && matching.length === 1) return only;
  if (newest === undefined)
    throw new AasError("not_found", "There are no runs yet.", { cure: 'aas automate "<goal>"' });
  const why = matching.length === 0 ? "No run has this id" : `${matching.length} runs match`;
  throw new AasError("not_found", `${why}: ${JSON.stringify(text)}.`, { cure: "aas automate list" });
}
