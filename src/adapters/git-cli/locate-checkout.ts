import { lstat, readdir, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AasError } from "../../domain/errors.ts";
import type { ProcessEnvironment } from "./hardened-git.ts";
import { runGit } from "./run-git.ts";
import type { GitCall, GitResult } from "./run-git.ts";

export type Located =
  | { readonly kind: "not_a_repository" }
  | { readonly kind: "bare"; readonly gitDir: string }
  | { readonly kind: "checkout"; readonly checkout: UserCheckoutPlace };

/** Git is told both folders every time: what the repository's own configuration says of them is not asked. */
export interface UserCheckoutPlace {
  readonly root: string;
  readonly gitDir: string;
  readonly env: ProcessEnvironment;
  /** Flags that switch off each content filter which the repository's configuration names. */
  readonly filterFlags: readonly string[];
}

/** Finds the repository that a folder belongs to. */
export async function locateCheckout(folder: string, env: ProcessEnvironment): Promise<Located> {
  const start = await realpath(folder).catch((error: unknown) => {
    throw new AasError("not_found", `There is no folder ${folder}.`, { cause: error });
  });
  for (let root = start; ; root = dirname(root)) {
    if ((await lstat(join(root, ".git")).catch(() => null)) !== null) return await openCheckout(root, env);
    if (await looksBare(root)) return { kind: "bare", gitDir: root };
    if (dirname(root) === root) return { kind: "not_a_repository" };
  }
}

async function looksBare(folder: string): Promise<boolean> {
  const names: readonly string[] = await readdir(folder).catch(() => []);
  return ["HEAD", "objects", "refs", "config"].every((name) => names.includes(name));
}

async function openCheckout(root: string, env: ProcessEnvironment): Promise<Located> {
  const args = ["rev-parse", "--resolve-git-dir", join(root, ".git")];
  const call = { action: "open the repository", args, cwd: root, env, answers: [0, 128] };
  const { exitCode, stdout } = await runGit(call);
  if (exitCode !== 0) {
    const cure = "Repair or delete its `.git`, then repeat.";
    throw new AasError("repository_invalid", `${root} has a .git that is no repository.`, { cure });
  }
  const gitDir = await realpath(stdout.toString().trimEnd());
  const bare = { root, gitDir, env, filterFlags: [] };
  return { kind: "checkout", checkout: { ...bare, filterFlags: await filterFlags(bare) } };
}

async function filterFlags(place: UserCheckoutPlace): Promise<readonly string[]> {
  const args = ["config", "-z", "--name-only", "--get-regexp", String.raw`^(filter|merge|diff)\..*\.`];
  const { stdout } = await inCheckout(place, { action: "read the configuration", args, answers: [0, 1] });
  const names = stdout.toString().split("\0").slice(0, -1);
  return [...new Set(names)].flatMap((name) => ["-c", `${name}=${emptyValueOf(name)}`]);
}

/** An empty command is no command; `filter.x.required` must be a boolean. */
function emptyValueOf(name: string): string {
  return /\.(?:required|cachetextconv|binary)$/iu.test(name) ? "false" : "";
}

/** Runs git on a user's repository. Only `fast-forward` and `add a remote` ever write. */
export async function inCheckout(
  place: UserCheckoutPlace,
  call: Pick<GitCall, "action" | "args" | "answers" | "input">,
): Promise<GitResult> {
  const env = { ...place.env, GIT_DIR: place.gitDir, GIT_WORK_TREE: place.root };
  const args = ["-c", "core.bare=false", "-c", "safe.directory=*", ...place.filterFlags, ...call.args];
  return await runGit({ ...call, args, cwd: place.root, env, deadlineMs: 5 * 60_000 });
}
