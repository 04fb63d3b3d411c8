import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalForge, remoteBaseRef } from "../../adapters/forge-local/local-forge.ts";
import { type GitMirror, openGitMirror } from "../../adapters/git-cli/git-mirror.ts";
import { prepareMirrorForALook } from "../../adapters/git-cli/mirror-for-a-look.ts";
import { openUserCheckout } from "../../adapters/git-cli/user-checkout.ts";
import type { CheckoutFollower } from "../../pipeline/pipeline-deps.ts";
import type { Forge } from "../../ports/forge.ts";
import type { Git } from "../../ports/git.ts";
import { boardFileName } from "../board-file.ts";
import type { Environment } from "../environment.ts";
import { type Guard, unguarded } from "../crash-points/guard.ts";
import { openProcessFolder } from "../project/process-folder.ts";
import { commonGitFolder, mirrorFolderOf, type ProjectHome } from "../project/project-home.ts";
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
    worktreeRoot: worktreeRootOf(home.folder),
    env: gitEnvironment(env),
  });
  const git = guard.port("git", mirror);
  return { git, forge: guard.port("forge", forgeOf(home, settings, git)) };
}

/** The same, for who only looks: nothing of it is there afterwards, and our mirror stays as it is, or missing. */
export async function composeGitForALook(
  home: ProjectHome,
  settings: ProjectSettings,
  env: Environment,
): Promise<ComposedGit & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), "aas-look-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const git = await openMirrorForALook(folder, { home, branch: settings.baseBranch, env });
    const close = async (): Promise<void> => {
      await git.close();
      await remove();
    };
    return { git, forge: forgeOf(home, settings, git), [Symbol.asyncDispose]: close };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function openMirrorForALook(
  folder: string,
  { home, branch, env }: { readonly home: ProjectHome; readonly branch: string; readonly env: Environment },
): Promise<GitMirror> {
  const mirrorFolder = join(folder, "mirror.git");
  const place = { mirrorFolder: mirrorFolderOf(home), gitFolder: commonGitFolder(home.root) };
  const refs = [`refs/heads/${branch}`, remoteBaseRef(branch)];
  await prepareMirrorForALook({ ...place, folder: mirrorFolder, env: gitEnvironment(env) }, refs);
  return openGitMirror({ mirrorFolder, worktreeRoot: worktreeRootOf(folder), env: gitEnvironment(env) });
}

function forgeOf(home: ProjectHome, { remote }: ProjectSettings, git: Git): Forge {
  return new LocalForge({
    git,
    home: remote === null ? { kind: "own", repository: home.root } : { kind: "remote", url: remote.url },
    recordFolder: join(home.folder, "pull-requests"),
  });
}

/** For the worktrees of this process. A worktree is removed with what the mirror knows of it. */
export async function openWorktreeFolder(
  home: ProjectHome,
  git: Pick<Git, "removeWorktree">,
): Promise<string> {
  return openProcessFolder(worktreeRootOf(home.folder), async (folder) => {
    for (const name of await readdir(folder).catch(() => [])) await git.removeWorktree(join(folder, name));
    await git.removeWorktree(folder);
  });
}

function worktreeRootOf(folder: string): string {
  return join(folder, "worktrees");
}
