import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse as parseJsonc, type ParseError, printParseErrorCode } from "jsonc-parser";
import { z } from "zod";
import { AasError } from "../../domain/errors.ts";
import { checkPath } from "../../domain/path-policy.ts";
import type { Blueprint, BlueprintFile, BlueprintVariable } from "./blueprint.ts";
import { findTemplateFaults } from "./template-words.ts";

const text = z.string().min(1).max(400);

const manifestSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/u),
  version: z.string().regex(/^\d+\.\d+\.\d+$/u),
  description: text,
  language: z.strictObject({
    name: text,
    words: z.array(text).min(1),
    alsoIn: z.array(text).default([]),
  }),
  goals: z.array(text).min(1),
  variables: z.record(
    z.string().regex(/^[a-z][a-z0-9_]*$/u),
    z.strictObject({
      type: z.enum(["identifier", "text"]),
      description: text,
      default: z.string().nullable().default(null),
      pattern: z.string().nullable().default(null),
    }),
  ),
  owns: z.array(text),
  files: z
    .array(
      z.strictObject({
        template: text.refine((path) => checkPath(path) === null, "a path inside the blueprint"),
        path: text,
        writes: z.enum(["new_file", "first_in_folder"]).default("new_file"),
      }),
    )
    .min(1),
  acceptance: z.array(z.array(text).min(1)).min(1),
  /** Reserved for changes to files that exist. */
  edits: z.array(z.never()).default([]),
});

type Manifest = z.infer<typeof manifestSchema>;

/** All template packs of a folder, by name; the first that fits a goal is the usual one. */
export async function readBlueprints(folder: string): Promise<readonly Blueprint[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(names.toSorted().map((name) => readBlueprint(join(folder, name), name)));
}

async function readBlueprint(folder: string, name: string): Promise<Blueprint> {
  const manifest = await readManifest(folder, name);
  const files = await Promise.all(
    manifest.files.map(async ({ template, path, writes }): Promise<BlueprintFile> => {
      const source = await readOr(join(folder, template), () => invalid(name, `${template} is missing.`));
      return { path, template: source, writes };
    }),
  );
  const variables = new Map(
    Object.entries(manifest.variables).map(([key, variable]) => [key, toVariable(name, key, variable)]),
  );
  const blueprint: Blueprint = { ...manifest, variables, files };
  const faults = findTemplateFaults(templatesOf(blueprint), [...variables.keys()]);
  if (faults.length > 0) throw invalid(name, faults.join(" "));
  return blueprint;
}

function templatesOf(blueprint: Blueprint): ReadonlyMap<string, string> {
  return new Map([
    ...blueprint.files.map(({ path, template }): [string, string] => [path, `${path}\n${template}`]),
    ["owns", blueprint.owns.join("\n")],
    ["acceptance", blueprint.acceptance.flat().join("\n")],
  ]);
}

async function readManifest(folder: string, name: string): Promise<Manifest> {
  const file = join(folder, "blueprint.jsonc");
  const source = await readOr(file, () => invalid(name, "It has no blueprint.jsonc."));
  const errors: ParseError[] = [];
  const json: unknown = parseJsonc(source, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error !== undefined) {
    const line = source.slice(0, error.offset).split("\n").length;
    throw invalid(name, `blueprint.jsonc, line ${line}: ${printParseErrorCode(error.error)}.`);
  }
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) throw invalid(name, z.prettifyError(parsed.error), parsed.error);
  if (parsed.data.name === name) return parsed.data;
  throw invalid(name, `Its manifest says it is ${parsed.data.name}; folder and name must be the same.`);
}

async function readOr(file: string, otherwise: () => AasError): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") throw otherwise();
    throw error;
  }
}

const patternOfType = { identifier: "[a-z][a-z0-9_]{0,39}", text: "[^\\p{Cc}]{1,200}" } as const;

function toVariable(
  blueprint: string,
  key: string,
  { type, description, default: fallback, pattern }: Manifest["variables"][string],
): BlueprintVariable {
  const compiled = compilePattern(pattern ?? patternOfType[type]);
  if (compiled === null) throw invalid(blueprint, `The pattern of ${key} is no regular expression.`);
  if (fallback !== null && !compiled.test(fallback)) {
    throw invalid(blueprint, `The default of ${key} does not fit its own pattern.`);
  }
  return { description, default: fallback, pattern: compiled };
}

function compilePattern(pattern: string): RegExp | null {
  try {
    return new RegExp(`^(?:${pattern})$`, "u");
  } catch {
    return null;
  }
}

function invalid(name: string, reason: string, cause?: unknown): AasError {
  return new AasError("blueprint_invalid", `The blueprint ${name} cannot be used. ${reason}`, {
    cure: "Mend it or take its folder away.",
    cause,
  });
}
