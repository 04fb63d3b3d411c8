import { type Config, configSchema } from "./config-schema.ts";
import type { ConfigLayer, ConfigOrigin, LayerValue } from "./config-layer.ts";
import { toConfigError } from "./config-problem.ts";
import { explainIssue } from "./explain-issue.ts";
import { readJsonc } from "./read-jsonc.ts";
import { renameOld } from "./rename-old.ts";
import { settings } from "./setting-list.ts";
import { valueAt } from "./value-at.ts";

export interface ParsedConfig {
  readonly config: Config;
  readonly warnings: readonly string[];
}

/** The settings of one text, defaults filled in. `origin` is the name of the file, as errors shall call it. */
export function parseConfig(text: string, origin: string): ParsedConfig {
  const { config, warnings } = readConfig(text, origin);
  return { config, warnings };
}

/** Only what the text says itself, for layering. */
export function parseConfigLayer(
  text: string,
  origin: ConfigOrigin & { readonly file: string },
): ConfigLayer {
  const { config, written, warnings } = readConfig(text, origin.file);
  const values = settings
    .filter(({ path }) => valueAt(written, path.split(".")) !== undefined)
    .map(({ path }): [string, LayerValue] => [path, { value: valueAt(config, path.split(".")), origin }]);
  return { values: new Map(values), warnings };
}

interface ReadConfig extends ParsedConfig {
  readonly written: unknown;
}

function readConfig(text: string, origin: string): ReadConfig {
  const document = readJsonc(text, origin);
  const renamed = renameOld(document.value, origin);
  const result = configSchema.safeParse(renamed.value);
  const source = {
    value: renamed.value,
    nameOf: (path: string) => {
      const old = renamed.oldNameOf.get(path);
      return old === undefined ? path : `${old} (now ${path})`;
    },
    placeOf: (path: readonly (string | number)[]) => {
      const old = renamed.oldNameOf.get(path.slice(0, 2).join("."));
      return `${origin}, line ${document.lineOf(old === undefined ? path : [old, ...path.slice(2)])}: `;
    },
  };
  const issues = result.success ? [] : result.error.issues;
  const problems = [...renamed.problems, ...issues.flatMap((issue) => explainIssue(issue, source))];
  if (problems.length > 0 || !result.success) throw toConfigError(problems);
  const { $schema: _, ...config } = result.data;
  return { config, written: renamed.value, warnings: renamed.warnings };
}
