import { closestName } from "./closest-name.ts";
import type { Config } from "./config-schema.ts";
import type { Environment } from "./env-reference.ts";
import { sectionMeanings, settings } from "./setting-list.ts";

/**
 * Other `AAS_…` variables are fine, but one that begins like a section and is no setting is most likely mistyped, unless the
 * configuration itself refers to it.
 */
export function findMistypedVariables(environment: Environment, config: Config): readonly string[] {
  const known = settings.map((each) => each.environmentName);
  const prefixes = [...sectionMeanings.keys()].map((section) => `AAS_${section.toUpperCase()}_`);
  const references = JSON.stringify(config.notify);
  return Object.keys(environment)
    .filter((name) => prefixes.some((prefix) => name.startsWith(prefix)))
    .filter((name) => !known.includes(name) && !references.includes(`"env:${name}"`))
    .map(
      (name) => `The environment variable ${name} is not a setting and has no effect.${hint(name, known)}`,
    );
}

function hint(name: string, known: readonly string[]): string {
  const near = closestName(name, known);
  return near === null ? " Unset it." : ` Did you mean ${near}?`;
}
