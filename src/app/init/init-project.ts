import { openUserCheckout } from "../../adapters/git-cli/user-checkout.ts";
import type { GitMirror } from "../../adapters/git-cli/git-mirror.ts";
import { mendMirror } from "../../adapters/git-cli/mirror-damage.ts";
import { configSchema } from "../../config/config-schema.ts";
import type { ProviderSetting } from "../../config/model-setting.ts";
import { AasError } from "../../domain/errors.ts";
import type { Sha } from "../../domain/ids.ts";
import { signatureAt } from "../../pipeline/queue/commit-message.ts";
import type { CheckoutFacts, FastForwardOutcome } from "../../ports/checkout.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Forge } from "../../ports/forge.ts";
import { boardFileName, withoutBoard } from "../board-file.ts";
import { composeGit, gitEnvironment } from "../composing/compose-git.ts";
import { composePrices } from "../composing/compose-prices.ts";
import type { Environment } from "../environment.ts";
import { mirrorFolderOf, type ProjectHome } from "../project/project-home.ts";
import { type ProjectSettings, writeProjectSettings } from "../project/project-settings.ts";
import { proposeConfig } from "./propose-config.ts";
import { configFileName } from "../settings/read-base-config.ts";

/** What `aas init` found and would do; nothing is written before `apply`. */
export interface InitPlan {
  readonly facts: CheckoutFacts;
  readonly settings: ProjectSettings;
  /** Null: the base has a configuration already. */
  readonly configText: string | null;
  readonly isFirstCommit: boolean;
  /** What plans and builds; null: blueprints alone. */
  readonly model: ProviderSetting | null;
  readonly warnings: readonly string[];
  apply(options: { readonly updateCheckout: boolean }): Promise<InitOutcome>;
  close(): Promise<void>;
}

export interface InitOutcome {
  readonly committed: Sha | null;
  readonly checkout: FastForwardOutcome | null;
}

export interface InitOptions {
  readonly env: Environment;
  readonly clock: Clock;
  /** Null: none, only blueprints serve goals. */
  readonly model?: ProviderSetting | null;
}

/** Looks at a repository and says what setting it up means. */
export async function planInit(
  home: ProjectHome,
  { env, clock, model = null }: InitOptions,
): Promise<InitPlan> {
  const checkout = openUserCheckout({ env: gitEnvironment(env) });
  const facts = await checkout.inspect(home.root);
  if (facts.kind !== "ok") {
    throw new AasError("repository_invalid", `${home.root} has no checkout to work from.`, {
      cure: "git clone, then aas init",
    });
  }
  const settings = settingsFor(facts);
  assertUsable(facts);
  const { git, forge } = await composeGit(home, settings, env);
  const isMended = await mend(home, settings, env);
  const base = await forge.fetchBase(settings.baseBranch);
  assertBase(facts, base, settings);
  const existing = base === null ? null : await git.readFile(base, configFileName);
  if (existing !== null && model !== null) await refuseModel(git, model);
  const hasRemote = settings.remote !== null;
  const configText = existing === null ? await proposeConfig(git, { home, base, model, hasRemote }) : null;
  return {
    facts,
    settings,
    configText,
    isFirstCommit: base === null,
    model,
    warnings: [
      ...warningsOf(facts),
      ...(isMended ? [mendedWarning] : []),
      ...modelWarnings(model, { env, clock }),
    ],
    apply: async ({ updateCheckout }) => {
      writeProjectSettings(home, settings);
      if (settings.remote === null) await nameRemote(home, env);
      const committed =
        configText === null ? null : await commitConfig({ git, forge, clock }, settings, base, configText);
      const sha = committed ?? base;
      const isWanted = updateCheckout && settings.remote === null && sha !== null;
      const source = { from: mirrorFolderOf(home), ours: [boardFileName] };
      const follow = (to: Sha): Promise<FastForwardOutcome> =>
        checkout.fastForward(home.root, { branch: settings.baseBranch, sha: to, ...source });
      return { committed, checkout: isWanted ? await follow(sha) : null };
    },
    close: () => git.close(),
  };
}

const mendedWarning = "The mirror was damaged; what was broken was taken from your repository again.";

async function mend(home: ProjectHome, { remote }: ProjectSettings, env: Environment): Promise<boolean> {
  const place = { mirrorFolder: mirrorFolderOf(home), env: gitEnvironment(env) };
  return (await mendMirror(place, remote?.url ?? home.root)).kind === "mended";
}

function settingsFor(facts: CheckoutFacts): ProjectSettings {
  const remotes = facts.remotes.filter((remote) => remote.name !== "aas");
  const remote = remotes.find((each) => each.name === "origin") ?? remotes[0] ?? null;
  return {
    baseBranch: facts.headBranch ?? "main",
    remote: remote === null ? null : { name: remote.name, url: remote.url },
  };
}

function assertUsable(facts: CheckoutFacts): void {
  if (facts.headBranch === null) {
    throw new AasError("repository_invalid", "HEAD is detached, so there is no base branch to land on.", {
      cure: "git switch main, then aas init",
    });
  }
  if (facts.isShallow) {
    throw new AasError("repository_invalid", "The repository is shallow: its history is cut off.", {
      cure: "git fetch --unshallow, then aas init",
    });
  }
}

function assertBase(facts: CheckoutFacts, base: Sha | null, settings: ProjectSettings): void {
  if (base !== null) return;
  if (settings.remote !== null) {
    throw new AasError("base_missing", `${settings.remote.name} has no branch ${settings.baseBranch}.`, {
      cure: `git push -u ${settings.remote.name} ${settings.baseBranch}`,
    });
  }
  if (facts.hasFiles) {
    throw new AasError("repository_invalid", "Nothing is committed yet, but there are files.", {
      cure: 'git add -A && git commit -m "Start", then aas init',
    });
  }
}

function warningsOf(facts: CheckoutFacts): readonly string[] {
  return [
    ...(withoutBoard(facts.dirtyFiles).length > 0
      ? ["The checkout has uncommitted changes: runs start from the last commit."]
      : []),
    ...branchWarnings(facts),
    ...(facts.hasSubmodules ? ["Submodules are not checked out for builders and checks."] : []),
  ];
}

/** Whoever calls init while at work on something else hardly wants everything to land there. */
function branchWarnings({ headBranch, defaultBranch }: CheckoutFacts): readonly string[] {
  if (defaultBranch === null || defaultBranch === headBranch) return [];
  const what = `${headBranch} becomes the base branch: runs start from it and land on it, not on ${defaultBranch}.`;
  return [`${what} To work on ${defaultBranch}: git switch ${defaultBranch}, then aas init`];
}

/** A file that a person has written is changed by a person. */
async function refuseModel(git: GitMirror, { provider, name }: ProviderSetting): Promise<never> {
  await git.close();
  throw new AasError("conflict", `${configFileName} is there already, and init changes no file of yours.`, {
    cure: `Write "model": ${JSON.stringify({ provider, name })} into it and commit it to the base branch.`,
  });
}

/** What would only come to light when the first run stops. */
function modelWarnings(
  model: ProviderSetting | null,
  { env, clock }: Pick<InitOptions, "env" | "clock">,
): readonly string[] {
  if (model === null) return [];
  const variable = model.apiKey?.slice("env:".length);
  const isKeyMissing = variable !== undefined && (env[variable] ?? "") === "";
  const prices = composePrices(configSchema.parse({}));
  const isUnpriced = prices.priceOf(model, clock.now(), "standard") === null;
  return [
    ...(isKeyMissing ? [`${variable} is not set: runs need it where they are started.`] : []),
    ...(isUnpriced
      ? [`Nobody here knows what ${model.name} costs: say so in models.prices, or runs pause.`]
      : []),
  ];
}

async function nameRemote(home: ProjectHome, env: Environment): Promise<void> {
  const checkout = openUserCheckout({ env: gitEnvironment(env) });
  const outcome = await checkout.addRemote(home.root, { name: "aas", url: mirrorFolderOf(home) });
  if (outcome.kind !== "taken") return;
  throw new AasError("repository_invalid", `The remote aas stands for ${outcome.url} already.`, {
    cure: "git remote rename aas other, then aas init",
  });
}

/** The configuration goes to the base branch by compare-and-swap, as everything does. */
async function commitConfig(
  { git, forge, clock }: { readonly git: GitMirror; readonly forge: Forge; readonly clock: Clock },
  settings: ProjectSettings,
  base: Sha | null,
  text: string,
): Promise<Sha> {
  const tree = await git.writeTree(base, new Map([[configFileName, Buffer.from(text)]]));
  const parents = base === null ? [] : [base];
  const author = signatureAt(clock.now());
  const sha = await git.createCommit({ tree, parents, message: "chore: set up aas\n", author });
  const isMoved =
    base === null
      ? await git.updateRef(`refs/heads/${settings.baseBranch}`, { expected: null, next: sha })
      : (await forge.moveBase({ branch: settings.baseBranch, expected: base, next: sha })).kind === "landed";
  if (isMoved) return sha;
  throw new AasError("conflict", `${settings.baseBranch} moved meanwhile.`, {
    cure: "aas init",
    retryable: true,
  });
}
