import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Git } from "../../ports/git.ts";
import type { ProjectHome } from "../project/project-home.ts";
import { type BaseConfig, configFileName } from "./read-base-config.ts";

/** Null: the checkout says what the base branch says, or has no such file. Else what a person may wonder about. */
export async function findEditedConfig(
  { git, home }: { readonly git: Pick<Git, "readFile">; readonly home: ProjectHome },
  { baseSha }: BaseConfig,
  baseBranch: string,
): Promise<string | null> {
  const edited = await readFile(join(home.root, configFileName), "utf8").catch(() => null);
  const inForce = (await git.readFile(baseSha, configFileName))?.toString("utf8") ?? "";
  if (edited === null || withPlainLineEnds(edited) === withPlainLineEnds(inForce)) return null;
  const name = `${configFileName} in your checkout`;
  return `${name} is not the one on ${baseBranch}, which alone is in force: commit yours to ${baseBranch}, or bring it up to date.`;
}

/** Git may write the lines of a checkout with other ends. */
function withPlainLineEnds(text: string): string {
  return text.replaceAll("\r\n", "\n");
}
