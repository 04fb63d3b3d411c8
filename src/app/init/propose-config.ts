import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Config, configSchema } from "../../config/config-schema.ts";
import { detectChecks } from "../../config/detecting/detect-checks.ts";
import type { ProviderSetting } from "../../config/model-setting.ts";
import { renderConfig } from "../../config/render-config.ts";
import type { Sha } from "../../domain/ids.ts";
import type { Git } from "../../ports/git.ts";
import type { ProjectHome } from "../project/project-home.ts";

export interface Proposal {
  readonly home: ProjectHome;
  /** Null: the repository is empty. */
  readonly base: Sha | null;
  readonly model: ProviderSetting | null;
  /** What lands on a remote is the person's to pull. */
  readonly hasRemote: boolean;
}

/** The settings that `aas init` would commit, with the checks that it found on the base branch. */
export async function proposeConfig(
  git: Pick<Git, "listFiles" | "readFile">,
  { home, base, model, hasRemote }: Proposal,
): Promise<string> {
  const files = base === null ? [] : await git.listFiles(base);
  const read = async (path: string): Promise<string | null> =>
    base === null ? null : ((await git.readFile(base, path))?.toString("utf8") ?? null);
  const checks = await detectChecks({ paths: files.map((file) => file.path), read });
  const config: Config = configSchema.parse({
    checks,
    model,
    board: { location: "checkout" },
    landing: { updateCheckout: !hasRemote },
  });
  return renderConfig(config, findSchema(home));
}

const schemaPath = "node_modules/aas/aas.config.schema.json";

/** Editors are only pointed to a schema that is there. */
function findSchema({ root }: ProjectHome): string | null {
  return existsSync(join(root, schemaPath)) ? `./${schemaPath}` : null;
}
