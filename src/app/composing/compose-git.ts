import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { LocalForge } from "../../adapters/forge-local/local-forge.ts";
import { type GitMirror, openGitMirror } from "../../adapters/git-cli/git-mirror.ts";
import { openUserCheckout } from "../../adapters/git-cli/user-checkout.ts";
import type { CheckoutFollower } from "../../pipeline/pipeline-deps.ts";
import type { Forge } from "../../ports/forge.ts";
import type { Git } from "../../ports/git.ts";
import { boardFileName } from "../board-file.ts";
import type { Environment } from "../environment.ts";
import { type Guard, unguarded } from "../crash-points/guard.ts";
import { openProcessFolder } from "../project/process-folder.ts";
import { mirrorFolderOf, type ProjectHome } from "../project/project-home.ts";
import type { ProjectSettings } from "../project/project-settings.ts";
import { makeStateFolder } from "../project/state-folder.ts";

/** The person's checkout follows landings in our own repository; with a remote it is theirs to pull. */
export function composeCheckoutFollower(
  home: ProjectHome,
  settings: ProjectSettings,
  env: Environment,
  guard: Guard,
): CheckoutFollower {
  if (settings.remote !== null) return { kind: "remote", remote: settings.remote.name };
  const checkout = guard.port("checkout", openUserCheckout({ env: gitEnvironment(env) }));
  const source = { from: mirrorFolderOf(home), ours: [boardFileName] };
  return {
    kind: "ours",
    follow: (branch, sha) => checkout.fastForward(home.root, { branch, sha, ...source }),
  };
}

export function gitEnvironment(env: Environment): { readonly PATH: string } {
  return { PATH: env["PATH"] ?? "/usr/bin:/bin" };
}

export interface ComposedGit {
  readonly git: GitMirror;
  readonly forge: Forge;
}

/** Our mirror of a project and the forge that its base branch lives on. */
export async function composeGit(
  home: ProjectHome,
  settings: ProjectSettings,
  env: Environment,
  guard: Guard = unguarded,
): Promise<ComposedGit> {
  makeStateFolder(home.stateFolder, home.folder);
  const mirror = await openGitMirror({
    mirrorFolder: mirrorFolderOf(home),
    worktreeRoot: worktreeRootOf(home),
    env: gitEnvironment(env),
  });
  const git = guard.port("git", mirror);
  const forge = new LocalForge({
    git,
    home:
      settings.remote === null
        ? { kind: "own", repository: home.root }
        : { kind: "remote", url: settings.remote.url },
    recordFolder: join(home.folder, "pull-requests"),
  });
  return { git, forge: guard.port("forge", forge) };
}

/** For the worktrees of this process. A worktree is removed with what the mirror knows of it. */
export async function openWorktreeFolder(
  home: ProjectHome,
  git: Pick<Git, "removeWorktree">,
): Promise<string> {
  return openProcessFolder(worktreeRootOf(home), async (folder) => {
    for (const name of await readdir(folder).catch(() => [])) await git.removeWorktree(join(folder, name));
    await git.removeWorktree(folder);
  });
}

function worktreeRootOf(home: ProjectHome): string {
  return join(home.folder, "worktrees");
}
