import { join } from "node:path";
import { LocalForge } from "../adapters/forge-local/local-forge.ts";
import { type GitMirror, openGitMirror } from "../adapters/git-cli/git-mirror.ts";
import type { Forge } from "../ports/forge.ts";
import type { Environment } from "./open-store.ts";
import { mirrorFolderOf, type ProjectHome } from "./project-home.ts";
import type { ProjectSettings } from "./project-settings.ts";

export interface ComposedGit {
  readonly git: GitMirror;
  readonly forge: Forge;
}

/** Our mirror of a project and the forge that its base branch lives on. */
export async function composeGit(
  home: ProjectHome,
  settings: ProjectSettings,
  env: Environment,
): Promise<ComposedGit> {
  const git = await openGitMirror({
    mirrorFolder: mirrorFolderOf(home),
    worktreeRoot: worktreeRootOf(home),
    env: { PATH: env["PATH"] ?? "/usr/bin:/bin" },
  });
  const forge = new LocalForge({
    git,
    home:
      settings.remote === null
        ? { kind: "own", repository: home.root }
        : { kind: "remote", url: settings.remote.url },
    recordFolder: join(home.folder, "pull-requests"),
  });
  return { git, forge };
}

export function worktreeRootOf(home: ProjectHome): string {
  return join(home.folder, "worktrees");
}
