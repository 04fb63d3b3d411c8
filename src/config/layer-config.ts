import type { ConfigLayer, ConfigOrigin, LayerValue } from "./config-layer.ts";
import { type Config, configSchema } from "./config-schema.ts";
import type { Environment } from "./env-reference.ts";
import { findMistypedVariables } from "./find-mistyped-variables.ts";
import { parseConfigLayer } from "./parse-config.ts";
import { settings } from "./setting-list.ts";
import { readEnvironmentLayer, readFlagLayer } from "./text-layer.ts";

interface ConfigText {
  readonly text: string;
  /** What errors call it: `aas.config.jsonc on main`. */
  readonly file: string;
}

export interface ConfigSources {
  /** By path, as typed: `{ "budget.perRunUsd": "2.50" }`. */
  readonly flags: Readonly<Record<string, string>>;
  readonly environment: Environment;
  /** The file of the base branch's commit, never of a worktree: what agents write must not steer us. */
  readonly project: ConfigText | null;
}

export interface ResolvedConfig {
  readonly config: Config;
  /** By path of a setting, in the order of the schema. */
  readonly origins: ReadonlyMap<string, ConfigOrigin>;
  readonly warnings: readonly string[];
}

const emptyLayer: ConfigLayer = { values: new Map(), warnings: [] };

/** Flag, then environment, then project, then default: the first that names a setting decides it. */
export function resolveConfig(sources: ConfigSources): ResolvedConfig {
  const layers = [
    readFlagLayer(sources.flags),
    readEnvironmentLayer(sources.environment),
    sources.project === null ? emptyLayer : parseText(sources.project),
  ];
  const chosen = settings.map(({ path, defaultValue }): readonly [string, LayerValue] => {
    const layer = layers.find(({ values }) => values.has(path));
    return [path, layer?.values.get(path) ?? { value: defaultValue, origin: { kind: "default" } }];
  });
  const config = toConfig(chosen);
  const origins = new Map(chosen.map(([path, { origin }]) => [path, origin]));
  const warnings = [
    ...layers.flatMap((layer) => layer.warnings),
    ...findMistypedVariables(sources.environment, config),
    ...findContradictions(config, origins),
  ];
  return { config, origins, warnings };
}

function parseText({ text, file }: ConfigText): ConfigLayer {
  return parseConfigLayer(text, { kind: "project", file });
}

function toConfig(chosen: readonly (readonly [string, LayerValue])[]): Config {
  const nested: Record<string, unknown> = {};
  for (const [path, { value }] of chosen) {
    const [first = "", second] = path.split(".");
    nested[first] = second === undefined ? value : { ...(nested[first] as object), [second]: value };
  }
  const { $schema: _, ...config } = configSchema.parse(nested);
  return config;
}

/** Settings that are fine alone and have no effect together. */
function findContradictions(config: Config, origins: ReadonlyMap<string, ConfigOrigin>): readonly string[] {
  const { perRunUsd, warnUsd } = config.budget;
  const isWarningChosen = origins.get("budget.warnUsd")?.kind !== "default";
  return [
    ...(config.merge.auto && config.approvals.merge
      ? [
          "merge.auto has no effect while approvals.merge is true: set approvals.merge to false to land without asking.",
        ]
      : []),
    ...(warnUsd !== null && warnUsd > perRunUsd && isWarningChosen
      ? [
          `budget.warnUsd (${warnUsd}) is above budget.perRunUsd (${perRunUsd}): the run pauses before it warns. Lower budget.warnUsd.`,
        ]
      : []),
  ];
}
