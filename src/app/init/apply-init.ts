import { type MirrorPlace, mendMirror } from "../../adapters/git-cli/mirror-damage.ts";
import { openUserCheckout } from "../../adapters/git-cli/user-checkout.ts";
import { AasError } from "../../domain/errors.ts";
import type { Sha } from "../../domain/ids.ts";
import { signatureAt } from "../../pipeline/queue/commit-message.ts";
import type { FastForwardOutcome } from "../../ports/checkout.ts";
import type { Clock } from "../../ports/clock.ts";
import { boardFileName } from "../board-file.ts";
import { type ComposedGit, composeGit, gitEnvironment } from "../composing/compose-git.ts";
import type { Environment } from "../environment.ts";
import { mirrorFolderOf, type ProjectHome } from "../project/project-home.ts";
import { type ProjectSettings, writeProjectSettings } from "../project/project-settings.ts";
import { configFileName } from "../settings/read-base-config.ts";

export interface InitOutcome {
  readonly committed: Sha | null;
  readonly checkout: FastForwardOutcome | null;
}

export interface InitPlace {
  readonly home: ProjectHome;
  readonly settings: ProjectSettings;
  readonly env: Environment;
}

export interface InitDecision {
  /** As it was looked at; null: the repository is empty. */
  readonly base: Sha | null;
  /** Null: the base has a configuration already. */
  readonly configText: string | null;
  readonly clock: Clock;
  readonly updateCheckout: boolean;
}

/** Makes or mends the mirror, notes the settings and commits the configuration that was shown. */
export async function applyInit(place: InitPlace, decision: InitDecision): Promise<InitOutcome> {
  const { home, settings, env } = place;
  await using git = await openMended(place);
  const base = await git.forge.fetchBase(settings.baseBranch);
  if (base !== decision.base) throw movedMeanwhile(settings.baseBranch);
  writeProjectSettings(home, settings);
  if (settings.remote === null) await nameRemote(place);
  const { configText } = decision;
  const committed =
    configText === null ? null : await commitConfig(git, settings, { ...decision, configText });
  const sha = committed ?? base;
  const isWanted = decision.updateCheckout && settings.remote === null && sha !== null;
  if (!isWanted) return { committed, checkout: null };
  const source = { from: mirrorFolderOf(home), ours: [boardFileName] };
  const checkout = openUserCheckout({ env: gitEnvironment(env) });
  const outcome = await checkout.fastForward(home.root, { branch: settings.baseBranch, sha, ...source });
  return { committed, checkout: outcome };
}

async function openMended(place: InitPlace): Promise<ComposedGit & AsyncDisposable> {
  const composed = await composeGit(place.home, place.settings, place.env);
  const opened = { ...composed, [Symbol.asyncDispose]: () => composed.git.close() };
  try {
    await mendMirror(mirrorPlaceOf(place), place.settings.remote?.url ?? place.home.root);
    return opened;
  } catch (error) {
    await composed.git.close();
    throw error;
  }
}

export function mirrorPlaceOf({ home, env }: Pick<InitPlace, "home" | "env">): MirrorPlace {
  return { mirrorFolder: mirrorFolderOf(home), env: gitEnvironment(env) };
}

async function nameRemote({ home, env }: InitPlace): Promise<void> {
  const checkout = openUserCheckout({ env: gitEnvironment(env) });
  const outcome = await checkout.addRemote(home.root, { name: "aas", url: mirrorFolderOf(home) });
  if (outcome.kind !== "taken") return;
  const what = outcome.url === "" ? "has settings and no url" : `stands for ${outcome.url} already`;
  throw new AasError("repository_invalid", `The remote aas ${what}.`, {
    cure: "git remote rename aas other, then aas init",
  });
}

/** The configuration goes to the base branch by compare-and-swap, as everything does. */
async function commitConfig(
  { git, forge }: ComposedGit,
  { baseBranch }: ProjectSettings,
  { base, configText, clock }: InitDecision & { readonly configText: string },
): Promise<Sha> {
  const tree = await git.writeTree(base, new Map([[configFileName, Buffer.from(configText)]]));
  const parents = base === null ? [] : [base];
  const author = signatureAt(clock.now());
  const sha = await git.createCommit({ tree, parents, message: "chore: set up aas\n", author });
  const isMoved =
    base === null
      ? await git.updateRef(`refs/heads/${baseBranch}`, { expected: null, next: sha })
      : (await forge.moveBase({ branch: baseBranch, expected: base, next: sha })).kind === "landed";
  if (isMoved) return sha;
  throw movedMeanwhile(baseBranch);
}

function movedMeanwhile(baseBranch: string): AasError {
  return new AasError("conflict", `${baseBranch} moved meanwhile.`, { cure: "aas init", retryable: true });
}
