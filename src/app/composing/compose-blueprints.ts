import { join } from "node:path";
import { BlueprintBuilder } from "../../adapters/blueprints/blueprint-builder.ts";
import { BlueprintPlanner } from "../../adapters/blueprints/blueprint-planner.ts";
import type { Blueprint } from "../../adapters/blueprints/blueprint.ts";
import { readBlueprints } from "../../adapters/blueprints/read-blueprints.ts";
import { writeFiles } from "../../adapters/edits/write-files.ts";
import type { Builder } from "../../ports/builder.ts";
import type { Planner } from "../../ports/planner.ts";
import { packageRoot } from "../package-root.ts";

export interface ComposedBlueprints {
  readonly planner: Planner;
  readonly builder: Builder;
}

/** The built-in template packs, as something that plans and something that builds. */
export async function composeBlueprints(): Promise<ComposedBlueprints> {
  const blueprints: readonly Blueprint[] = await readBlueprints(join(packageRoot(), "blueprints"));
  return {
    planner: new BlueprintPlanner(blueprints),
    builder: new BlueprintBuilder({ blueprints, writeFiles }),
  };
}
