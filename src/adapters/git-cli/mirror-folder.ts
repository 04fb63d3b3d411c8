import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { codeOf } from "../../domain/errno-code.ts";
import { AasError } from "../../domain/errors.ts";
import type { ProcessEnvironment } from "./hardened-git.ts";
import { damagedMirror } from "./mirror-damage.ts";
import { attributes, replaceFile } from "./our-files.ts";
import { runGit } from "./run-git.ts";
import { prepareWorktreeRegistry, worktreeRecordsOf } from "./worktree-registry.ts";

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

/**
 * Makes the mirror when it is missing: complete or not at all. A mirror that is there gets our settings again, and loses
 * copies of other repositories' refs that name nothing: the next fetch brings them back.
 */
export async function prepareMirror(folder: string, env: ProcessEnvironment): Promise<void> {
  if (!(await isMirror(folder))) await createMirror(folder, env);
  // Made empty, it would forget where the base is without anybody noticing.
  if (!(await isThere(join(folder, "refs")))) throw damagedMirror(folder, "its refs are gone.");
  await writeOurFiles(folder);
  await removeDamagedCopies(folder);
  await rm(join(folder, "hooks"), { recursive: true, force: true });
}

async function isMirror(folder: string): Promise<boolean> {
  return isThere(join(folder, "objects"));
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

/** Where `LocalForge` keeps what it fetched: of the remote, and of the person's checkout. */
const copies = ["refs/aas/base", "refs/aas/checkout"];

async function removeDamagedCopies(folder: string): Promise<void> {
  const files = (await Promise.all(copies.map((each) => inside(join(folder, each))))).flat();
  for (const file of files) {
    const text = await readFile(file, "latin1").catch(() => null);
    const isWhole = text === null || file.endsWith(".lock") || /^[0-9a-f]{40}\n$/u.test(text);
    if (!isWhole) await rm(file, { force: true });
  }
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
  await replaceFile(join(folder, "HEAD"), "ref: refs/heads/main\n");
  await replaceFile(join(folder, "info", "attributes"), attributes);
  await replaceFile(join(folder, "info", "exclude"), "");
  await replaceFile(join(folder, "trusted.config"), trustedOwners);
  await prepareWorktreeRegistry(folder, config);
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
  const top = (await readdir(folder)).map((name) => join(folder, name));
  const locks = [
    ...top,
    ...(await inside(join(folder, "refs"))),
    ...(await inside(worktreeRecordsOf(folder))),
  ];
  return [
    ...locks.filter((path) => path.endsWith(".lock") || path.endsWith(".draft")),
    ...(await inside(join(folder, "objects"))).filter((path) => basename(path).startsWith("tmp_")),
  ];
}

async function inside(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return names.map((each) => join(folder, each));
}
