import { messageOf } from "../../domain/errors.ts";
import type { Blueprint, BlueprintFile } from "./blueprint.ts";

export interface RenderedBlueprint {
  readonly files: readonly RenderedFile[];
  readonly owns: readonly string[];
  readonly acceptance: readonly (readonly string[])[];
  readonly variables: Readonly<Record<string, string>>;
}

export interface RenderedFile {
  readonly path: string;
  readonly text: string;
  readonly writes: BlueprintFile["writes"];
}

export type RenderOutcome =
  | { readonly kind: "rendered"; readonly rendered: RenderedBlueprint }
  | { readonly kind: "refused"; readonly problems: readonly string[] };

/** Fills in a blueprint, or says everything that keeps it from being filled in. */
export async function renderBlueprint(
  blueprint: Blueprint,
  given: Readonly<Record<string, string>>,
): Promise<RenderOutcome> {
  const problems = findVariableFaults(blueprint, given);
  if (problems.length > 0) return { kind: "refused", problems };
  const variables = withDefaults(blueprint, given);
  const render = await loadRender();
  try {
    const rendered: RenderedBlueprint = {
      files: blueprint.files.map(({ path, template, writes }) => ({
        path: render(path, variables),
        text: render(template, variables),
        writes,
      })),
      owns: blueprint.owns.map((folder) => render(folder, variables)),
      acceptance: blueprint.acceptance.map((command) => command.map((part) => render(part, variables))),
      variables,
    };
    return { kind: "rendered", rendered };
  } catch (error) {
    return { kind: "refused", problems: [`${blueprint.name} cannot be rendered: ${messageOf(error)}`] };
  }
}

function findVariableFaults(
  blueprint: Blueprint,
  given: Readonly<Record<string, string>>,
): readonly string[] {
  const unknown = Object.keys(given).filter((key) => !blueprint.variables.has(key));
  const faults = [...blueprint.variables].flatMap(([key, variable]) => {
    const value = given[key] ?? variable.default;
    if (value === null) return [`${key} is missing (${variable.description}).`];
    return variable.pattern.test(value)
      ? []
      : [`${key} cannot be ${JSON.stringify(value)} (${variable.description}).`];
  });
  return [...unknown.map((key) => `${blueprint.name} has no variable ${key}.`), ...faults];
}

function withDefaults(
  blueprint: Blueprint,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...blueprint.variables].map(([key, variable]) => [key, given[key] ?? variable.default ?? ""]),
  );
}

type Render = (source: string, variables: Readonly<Record<string, string>>) => string;

const maxSteps = 100_000;

/** Loaded when it is needed first. A panic ruins an environment for good, so each text gets one of its own. */
async function loadRender(): Promise<Render> {
  const { Environment } = await import("minijinja-js");
  return (source, variables) => {
    const environment = new Environment();
    environment.undefinedBehavior = "strict";
    environment.keepTrailingNewline = true;
    environment.trimBlocks = true;
    environment.lstripBlocks = true;
    environment.fuel = maxSteps;
    const text = environment.renderStr(source, variables);
    environment.free();
    return text;
  };
}
