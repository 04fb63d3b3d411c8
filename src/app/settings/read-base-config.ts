import { createHash } from "node:crypto";
import { AasError } from "../../domain/errors.ts";
import type { Sha } from "../../domain/ids.ts";
import { type ResolvedConfig, resolveConfig } from "../../config/layer-config.ts";
import type { Git } from "../../ports/git.ts";
import type { Forge } from "../../ports/forge.ts";
import type { Environment } from "../environment.ts";

export const configFileName = "aas.config.jsonc";

export interface BaseConfig extends ResolvedConfig {
  readonly baseSha: Sha;
  /** Names the configuration's text: a worker that was composed from another one must be composed anew. */
  readonly textHash: string;
}

/** The configuration as the base branch has it: what an agent wrote elsewhere has no say. */
export async function readBaseConfig(
  { git, forge }: { readonly git: Git; readonly forge: Forge },
  baseBranch: string,
  env: Environment,
): Promise<BaseConfig> {
  const baseSha = await forge.fetchBase(baseBranch);
  if (baseSha === null) {
    throw new AasError("base_missing", `There is no branch ${baseBranch} yet.`, {
      cure: `aas init, or name a branch that exists as base in ${configFileName}.`,
    });
  }
  const text = (await git.readFile(baseSha, configFileName))?.toString("utf8") ?? null;
  if (text === null) {
    throw new AasError("config_missing", `${baseBranch} has no ${configFileName}.`, { cure: "aas init" });
  }
  const file = `${configFileName} on ${baseBranch}`;
  return {
    ...resolveConfig({ project: { text, file }, environment: env, flags: {} }),
    baseSha,
    textHash: hashOf(text),
  };
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
