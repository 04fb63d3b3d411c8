import { existsSync } from "node:fs";
import { type AasError, isAasError } from "../../domain/errors.ts";
import { shortSha } from "../../domain/ids.ts";
import type { CheckoutFacts, CheckoutState } from "../../ports/checkout.ts";
import { findDamage } from "../../adapters/git-cli/mirror-damage.ts";
import { withoutBoard } from "../board-file.ts";
import { type ComposedGit, gitEnvironment } from "../composing/compose-git.ts";
import type { Environment } from "../environment.ts";
import { findEditedConfig } from "../settings/edited-config.ts";
import { mirrorFolderOf, type ProjectHome } from "../project/project-home.ts";
import { findProjectSettings, type ProjectSettings } from "../project/project-settings.ts";
import { type BaseConfig, configFileName, readBaseConfig } from "../settings/read-base-config.ts";
import { findWorker } from "../worker/worker-process.ts";
import { type Diagnosis, fail, failOf, ok, warn } from "./diagnosis.ts";

/** The person's own checkout: what runs can start from. */
export function examineCheckout(
  state: Exclude<CheckoutState, { readonly kind: "not_a_repository" }>,
): readonly Diagnosis[] {
  if (state.kind === "bare") {
    return [
      fail(
        "repository",
        `${state.gitDir} is bare: there is no checkout to work from`,
        "Clone it and run aas in the clone.",
      ),
    ];
  }
  if (state.headSha === null) {
    const cure = state.hasFiles ? 'git add -A && git commit -m "Start", then aas init' : "aas init";
    return [fail("repository", "nothing is committed yet", cure)];
  }
  if (state.isShallow)
    return [fail("repository", "its history is cut off (shallow)", "git fetch --unshallow")];
  const at = state.headBranch === null ? "detached" : state.headBranch;
  return [ok("repository", `${state.root}, ${at} at ${shortSha(state.headSha)}`), examineCleanness(state)];
}

function examineCleanness({ dirtyFiles }: CheckoutFacts): Diagnosis {
  if (withoutBoard(dirtyFiles).length === 0) return ok("checkout", "clean");
  const detail = "has uncommitted changes: runs start from the last commit, and landings leave it as it is";
  return warn("checkout", detail, "git commit, or git stash");
}

/** What `aas init` has settled for this clone. */
export function examineSetup(home: ProjectHome): {
  readonly settings: ProjectSettings | null;
  readonly diagnosis: Diagnosis;
} {
  try {
    const settings = findProjectSettings(home);
    if (settings === null)
      return { settings, diagnosis: fail("setup", `${home.name} is not set up for aas yet`, "aas init") };
    const { remote, baseBranch } = settings;
    const where = remote === null ? "no remote" : `remote ${remote.name}`;
    return { settings, diagnosis: ok("setup", `base branch ${baseBranch}, ${where}`) };
  } catch (error) {
    return { settings: null, diagnosis: failOf("setup", error) };
  }
}

const damageShown = 3;

/** Our own copy, and what only it has. It is not made for the look: made anew it would hide what is lost. */
export async function examineMirror(
  home: ProjectHome,
  env: Environment,
  collectedTasks: number,
): Promise<Diagnosis> {
  const mirrorFolder = mirrorFolderOf(home);
  if (!existsSync(mirrorFolder)) return judgeMissingMirror(mirrorFolder, collectedTasks);
  const damage = await findDamage({ mirrorFolder, env: gitEnvironment(env) });
  if (damage.length === 0) return ok("mirror", mirrorFolder);
  const more = damage.length > damageShown ? [`and ${damage.length - damageShown} more`] : [];
  const detail = [`${mirrorFolder} is damaged`, ...damage.slice(0, damageShown), ...more].join("\n");
  return fail("mirror", detail, "aas init");
}

function judgeMissingMirror(mirrorFolder: string, collectedTasks: number): Diagnosis {
  if (collectedTasks === 0) return ok("mirror", `${mirrorFolder}, which the next command makes`);
  const tasks = collectedTasks === 1 ? "1 task stands" : `${collectedTasks} tasks stand`;
  const detail = `${mirrorFolder} is missing, and the work of ${tasks} on its branches alone`;
  return fail("mirror", detail, `Put it back at ${mirrorFolder} before any other command makes a new one.`);
}

export interface ExaminedBase {
  readonly base: BaseConfig | null;
  readonly diagnoses: readonly Diagnosis[];
}

/** The base branch as everybody sees it, and the settings that stand on it. */
export async function examineBase(
  composed: ComposedGit,
  { home, settings: { baseBranch } }: { readonly home: ProjectHome; readonly settings: ProjectSettings },
  env: Environment,
): Promise<ExaminedBase> {
  try {
    const base = await readBaseConfig(composed, baseBranch, env);
    const edited = await findEditedConfig({ git: composed.git, home }, base, baseBranch);
    const reached = ok("base", `${baseBranch} at ${shortSha(base.baseSha)}`);
    const warnings = [...base.warnings, ...(edited === null ? [] : [edited])];
    return { base, diagnoses: [reached, judgeWarnings(warnings, baseBranch)] };
  } catch (error) {
    if (!isOfConfig(error)) return { base: null, diagnoses: [failOf("base", error)] };
    return { base: null, diagnoses: [ok("base", baseBranch), failOf("config", error)] };
  }
}

function isOfConfig(error: unknown): error is AasError {
  return isAasError(error, "config_missing") || isAasError(error, "config_invalid");
}

function judgeWarnings(warnings: readonly string[], baseBranch: string): Diagnosis {
  if (warnings.length === 0) return ok("config", `${configFileName} on ${baseBranch} is valid`);
  return warn(
    "config",
    warnings.join("\n"),
    `Change ${configFileName} on ${baseBranch}, or the environment.`,
  );
}

/** A worker that is not there is only missed when something waits for it. */
export function examineWorker(home: ProjectHome, waitingRuns: number): Diagnosis {
  const pid = findWorker(home);
  if (pid !== null) return ok("worker", `process ${pid}`);
  if (waitingRuns === 0) return ok("worker", "none, and nothing waits for one");
  const runs = waitingRuns === 1 ? "1 run waits" : `${waitingRuns} runs wait`;
  return warn("worker", `${runs} and no worker lives on this machine`, "aas worker");
}
