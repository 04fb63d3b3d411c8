import { userInfo } from "node:os";
import { systemClock } from "../../adapters/system/system-clock.ts";
import { makeTimeOrderedIds } from "../../adapters/system/time-ordered-ids.ts";
import type { RecordingDeps } from "../../pipeline/recording/make-event.ts";
import type { IdSource } from "../../ports/id-source.ts";
import type { Environment } from "../environment.ts";
import type { Guard } from "../crash-points/guard.ts";
import { openGuard } from "../crash-points/open-guard.ts";
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
