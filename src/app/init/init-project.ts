import { existsSync } from "node:fs";
import { findDamage } from "../../adapters/git-cli/mirror-damage.ts";
import { openUserCheckout } from "../../adapters/git-cli/user-checkout.ts";
import { configSchema } from "../../config/config-schema.ts";
import type { ProviderSetting } from "../../config/model-setting.ts";
import { AasError } from "../../domain/errors.ts";
import type { Sha } from "../../domain/ids.ts";
import type { CheckoutFacts } from "../../ports/checkout.ts";
import type { Clock } from "../../ports/clock.ts";
import { withoutBoard } from "../board-file.ts";
import { composeGitForALook, gitEnvironment } from "../composing/compose-git.ts";
import { composePrices } from "../composing/compose-prices.ts";
import type { Environment } from "../environment.ts";
import { mirrorFolderOf, type ProjectHome } from "../project/project-home.ts";
import type { ProjectSettings } from "../project/project-settings.ts";
import { applyInit, type InitOutcome, mirrorPlaceOf } from "./apply-init.ts";
import { proposeConfig } from "./propose-config.ts";
import { configFileName } from "../settings/read-base-config.ts";

/** What `aas init` found and would do; nothing is made, moved or mended before `apply`. */
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
  const place = { home, settings, env };
  await using look = await composeGitForALook(home, settings, env);
  const base = await look.forge.fetchBase(settings.baseBranch);
  assertBase(facts, base, settings);
  const existing = base === null ? null : await look.git.readFile(base, configFileName);
  if (existing !== null && model !== null) refuseModel(model);
  const hasRemote = settings.remote !== null;
  const configText =
    existing === null ? await proposeConfig(look.git, { home, base, model, hasRemote }) : null;
  const isDamaged = existsSync(mirrorFolderOf(home)) && (await findDamage(mirrorPlaceOf(place))).length > 0;
  return {
    facts,
    settings,
    configText,
    isFirstCommit: base === null,
    model,
    warnings: [
      ...warningsOf(facts),
      ...(isDamaged ? [damagedWarning] : []),
      ...modelWarnings(model, { env, clock }),
    ],
    apply: ({ updateCheckout }) => applyInit(place, { base, configText, clock, updateCheckout }),
  };
}

const damagedWarning = "The mirror is damaged; what is broken is taken from your repository again.";

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
function refuseModel({ provider, name }: ProviderSetting): never {
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
