import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { AasError } from "../../domain/errors.ts";
import { projectFileIn, readProjectFile, type ProjectHome } from "./project-home.ts";

const schema = z.strictObject({
  baseBranch: z.string().min(1),
  /** The remote whose base branch moves; null: our own bare repository. */
  remote: z.strictObject({ name: z.string(), url: z.string() }).nullable(),
});

/** What `aas init` settled for this clone: kept beside the project, not in the repository. */
export type ProjectSettings = Readonly<z.infer<typeof schema>>;

export function findProjectSettings(home: ProjectHome): ProjectSettings | null {
  const file = settingsFile(home);
  if (!existsSync(file)) return null;
  const parsed = schema.safeParse(readProjectFile(file));
  if (parsed.success) return parsed.data;
  throw new AasError(
    "config_invalid",
    `${file} is not what aas init wrote: ${z.prettifyError(parsed.error)}`,
    {
      cure: "Delete it, then: aas init",
      cause: parsed.error,
    },
  );
}

export function getProjectSettings(home: ProjectHome): ProjectSettings {
  const settings = findProjectSettings(home);
  if (settings !== null) return settings;
  throw new AasError("config_missing", `${home.name} is not set up for aas yet.`, { cure: "aas init" });
}

export function writeProjectSettings(home: ProjectHome, settings: ProjectSettings): void {
  const file = settingsFile(home);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify(settings, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

function settingsFile(home: ProjectHome): string {
  return projectFileIn(home.folder);
}
