import { lstat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Builder, BuildOrder, BuildOutcome } from "../../ports/builder.ts";
import type { Blueprint } from "./blueprint.ts";
import { renderBlueprint, type RenderedBlueprint, type RenderedFile } from "./render-blueprint.ts";

/** Writes all files or none; `writeFiles` of the edits adapter is one. */
type WriteFiles = (
  folder: string,
  files: ReadonlyMap<string, string>,
) => Promise<
  { readonly kind: "written" } | { readonly kind: "refused"; readonly problems: readonly string[] }
>;

export interface BlueprintBuilderDeps {
  readonly blueprints: readonly Blueprint[];
  readonly writeFiles: WriteFiles;
}

/** Builds a task from a template pack. It never writes over what is there. */
export class BlueprintBuilder implements Builder {
  readonly name = "blueprint";
  readonly #deps: BlueprintBuilderDeps;

  constructor(deps: BlueprintBuilderDeps) {
    this.#deps = deps;
  }

  async build(order: BuildOrder, signal: AbortSignal): Promise<BuildOutcome> {
    signal.throwIfAborted();
    const choice = order.task.builder;
    if (choice.kind !== "blueprint") return failed([`The task asks for the builder ${choice.kind}.`]);
    const blueprint = this.#deps.blueprints.find((each) => each.name === choice.name);
    if (blueprint === undefined) {
      const known = this.#deps.blueprints.map((each) => each.name).join(", ");
      return failed([`There is no blueprint ${choice.name}; there are ${known}.`]);
    }
    const outcome = await renderBlueprint(blueprint, choice.variables);
    if (outcome.kind === "refused") return failed(outcome.problems);
    const taken = await findTaken(outcome.rendered, order.worktree);
    if (taken.length > 0) return failed(taken);
    const files = await selectFiles(outcome.rendered.files, order.worktree);
    const written = await this.#deps.writeFiles(order.worktree, files);
    if (written.kind === "refused") return failed(written.problems);
    const { name, version } = blueprint;
    return { kind: "built", claims: { blueprint: name, version, files: [...files.keys()] } };
  }
}

function failed(details: readonly string[]): BuildOutcome {
  return { kind: "failed", summary: "the blueprint could not be applied", details };
}

async function findTaken(rendered: RenderedBlueprint, folder: string): Promise<readonly string[]> {
  const created = rendered.files.filter((file) => file.writes === "new_file").map((file) => file.path);
  const wanted = [...rendered.owns, ...created];
  const taken: string[] = [];
  for (const path of wanted) if (await exists(join(folder, path))) taken.push(`${path} exists already.`);
  return taken;
}

/** A folder that exists has its own way of being found, with or without a file that marks it. */
async function selectFiles(
  files: readonly RenderedFile[],
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  const selected = new Map<string, string>();
  for (const { path, text, writes } of files) {
    if (writes === "first_in_folder" && (await exists(join(folder, dirname(path))))) continue;
    selected.set(path, text);
  }
  return selected;
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      return false;
    throw error;
  }
}
