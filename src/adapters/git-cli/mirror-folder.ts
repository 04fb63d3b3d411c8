import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { AasError } from "../../domain/errors.ts";
import type { ProcessEnvironment } from "./hardened-git.ts";
import { codeOf } from "./loose-objects.ts";
import { runGit } from "./run-git.ts";

/** Nothing that a repository says in its attributes may start a program, here or in a worktree of ours. */
const attributes = "* !filter !diff !merge !ident !working-tree-encoding\n";

const config = `[core]
	repositoryformatversion = 0
	bare = true
	filemode = true
	symlinks = true
	autocrlf = false
	logAllRefUpdates = false
[gc]
	auto = 0
[receive]
	denyCurrentBranch = ignore
[uploadpack]
	allowAnySHA1InWant = true
`;

/** The user named the folder, and hardened git runs nothing of it: whose it is does not matter. */
const trustedOwners = "[safe]\n\tdirectory = *\n";

/** Makes the mirror when it is missing: complete or not at all. A mirror that is there gets our settings again. */
export async function prepareMirror(folder: string, env: ProcessEnvironment): Promise<void> {
  if (!(await isMirror(folder))) await createMirror(folder, env);
  await writeOurFiles(folder);
  await rm(join(folder, "hooks"), { recursive: true, force: true });
}

async function isMirror(folder: string): Promise<boolean> {
  return (await stat(join(folder, "objects")).catch(() => null)) !== null;
}

async function createMirror(folder: string, env: ProcessEnvironment): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const draft = await mkdtemp(join(dirname(folder), `.${basename(folder)}-`));
  try {
    const args = ["init", "--quiet", "--bare", "--template=", "--initial-branch=main", "--", draft];
    await runGit({ action: "create the mirror", args, cwd: draft, env });
    await writeOurFiles(draft);
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (["ENOTEMPTY", "EEXIST"].includes(codeOf(error)) && (await isMirror(folder))) return;
    if (!(error instanceof AasError)) {
      const cure = "See that the folder is empty or absent, and that its parent can be written.";
      throw new AasError("git_failed", "The mirror could not be created.", { cause: error, cure });
    }
    throw error;
  }
}

async function writeOurFiles(folder: string): Promise<void> {
  await mkdir(join(folder, "info"), { recursive: true });
  await replaceFile(join(folder, "config"), config);
  await replaceFile(join(folder, "info", "attributes"), attributes);
  await replaceFile(join(folder, "info", "exclude"), "");
  await replaceFile(join(folder, "trusted.config"), trustedOwners);
}

async function replaceFile(path: string, content: string): Promise<void> {
  if ((await readFile(path, "utf8").catch(() => null)) === content) return;
  const draft = `${path}.${randomBytes(6).toString("hex")}.draft`;
  await writeFile(draft, content);
  await rename(draft, path);
}

/** No git of ours runs this long: what is older was left by a process that died. */
const leftoverMs = 60 * 60_000;

/** Removes locks and half-written objects of processes that died. */
export async function removeLeftovers(folder: string, now: number): Promise<void> {
  const isLeftover = async (path: string): Promise<boolean> => {
    const found = await stat(path).catch(() => null);
    return found !== null && now - found.mtimeMs > leftoverMs;
  };
  for (const path of await candidates(folder)) {
    if (await isLeftover(path)) await rm(path, { recursive: true, force: true });
  }
}

async function candidates(folder: string): Promise<string[]> {
  const below = async (name: string): Promise<string[]> => {
    const names = await readdir(join(folder, name), { recursive: true }).catch(() => []);
    return names.map((each) => join(folder, name, each));
  };
  const top = (await readdir(folder)).map((name) => join(folder, name));
  const locks = [...top, ...(await below("refs")), ...(await below("worktrees"))];
  return [
    ...locks.filter((path) => path.endsWith(".lock") || path.endsWith(".draft")),
    ...(await below("objects")).filter((path) => basename(path).startsWith("tmp_")),
  ];
}
