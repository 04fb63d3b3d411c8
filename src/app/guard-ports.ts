import { makeDyingCrashPoints, silentCrashPoints } from "../adapters/crash-points/dying-crash-points.ts";
import { batchProviderEffects } from "../ports/batch-provider.ts";
import { builderEffects } from "../ports/builder.ts";
import type { PipelineDeps } from "../pipeline/pipeline-deps.ts";
import type { Channel } from "../ports/channel.ts";
import type { Durable } from "../ports/durable.ts";
import { channelEffects } from "../ports/channel.ts";
import { checkRunnerEffects } from "../ports/check-runner.ts";
import type { CrashPoints } from "../ports/crash-points.ts";
import { databaseEffects } from "../ports/database.ts";
import { durableEffects } from "../ports/durable.ts";
import { forgeEffects } from "../ports/forge.ts";
import { gitEffects } from "../ports/git.ts";
import { modelEffects } from "../ports/model.ts";
import type { Environment } from "./environment.ts";
import { withCrashPoints } from "./with-crash-points.ts";

/** What a worker runs with. */
export interface ComposedPipeline {
  readonly deps: PipelineDeps;
  readonly channels: readonly Channel[];
  readonly durable: Durable;
}

/** Every port with an effect, by the name its crash points carry. The chaos test reads this list. */
export const guardedPorts = {
  git: gitEffects,
  forge: forgeEffects,
  db: databaseEffects,
  durable: durableEffects,
  model: modelEffects,
  batchProvider: batchProviderEffects,
  builder: builderEffects,
  checks: checkRunnerEffects,
  channel: channelEffects,
} as const;

export function crashPointsOf(env: Environment): CrashPoints {
  const at = env["AAS_CRASH_AT"];
  if (at === undefined || at === "") return silentCrashPoints;
  return makeDyingCrashPoints({ at, traceFile: env["AAS_CRASH_TRACE"] ?? null });
}

/** Puts crash points around every effect of the composed ports; without any to die at, nothing is wrapped. */
export function guardPorts(composed: ComposedPipeline, points: CrashPoints): ComposedPipeline {
  if (points === silentCrashPoints) return composed;
  const guard = <Port extends object>(name: keyof typeof guardedPorts, port: Port): Port =>
    withCrashPoints(name, port, guardedPorts[name].effects, points);
  const { deps } = composed;
  const durable = guard("durable", composed.durable);
  return {
    durable,
    channels: composed.channels.map((channel) => guard("channel", channel)),
    deps: {
      ...deps,
      durable,
      git: guard("git", deps.git),
      forge: guard("forge", deps.forge),
      db: guard("db", deps.db),
      model: deps.model === null ? null : guard("model", deps.model),
      batchProvider: deps.batchProvider === null ? null : guard("batchProvider", deps.batchProvider),
      builders: {
        model: deps.builders.model === null ? null : guard("builder", deps.builders.model),
        blueprint: deps.builders.blueprint === null ? null : guard("builder", deps.builders.blueprint),
      },
      checks: guard("checks", deps.checks),
    },
  };
}
