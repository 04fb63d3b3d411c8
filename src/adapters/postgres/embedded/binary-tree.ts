import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import type { PlatformPackage } from "./platform-package.ts";

const prefix = "binaries-";

export function treeFolder(home: string, source: PlatformPackage): string {
  return join(home, `${prefix}${source.version}`);
}

/**
 * Our own copy of the binaries, called under the start lock. The package cannot be run where it lies: its symbolic links
 * are missing when install scripts are off, it may be out of reach for the server's uid, and npm may replace it under a
 * running server.
 */
export function installTree(home: string, source: PlatformPackage): string {
  const folder = treeFolder(home, source);
  if (existsSync(folder)) return folder;
  const draft = `${folder}.draft`;
  rmSync(draft, { recursive: true, force: true });
  try {
    copyFolder(join(source.folder, "native"), draft);
    restoreLinks(source.folder, draft);
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
  return folder;
}

/** Trees of other versions are 60 MB each and no server runs on them any more. */
export function removeOtherTrees(home: string, source: PlatformPackage): void {
  const kept = basename(treeFolder(home, source));
  for (const name of readdirSync(home).filter((each) => each.startsWith(prefix) && each !== kept)) {
    rmSync(join(home, name), { recursive: true, force: true });
  }
}

/** Modes are set, not copied: the source may be read-only for all, and the umask may shut others out. */
function copyFolder(from: string, to: string): void {
  mkdirSync(to);
  chmodSync(to, 0o755);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) copyFolder(source, target);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else if (!entry.name.endsWith(".a")) copyProgram(source, target);
  }
}

function copyProgram(source: string, target: string): void {
  copyFileSync(source, target, constants.COPYFILE_FICLONE);
  chmodSync(target, (statSync(source).mode & 0o111) === 0 ? 0o644 : 0o755);
}

/** npm packages cannot carry symbolic links: the package lists them, and its install script may not have run. */
function restoreLinks(packageFolder: string, tree: string): void {
  for (const { source, target } of linksOf(packageFolder)) {
    const link = join(tree, relative("native", target));
    if (!existsSync(link)) symlinkSync(relative(dirname(target), source), link);
  }
}

function linksOf(packageFolder: string): readonly { readonly source: string; readonly target: string }[] {
  const list = join(packageFolder, "native", "pg-symlinks.json");
  if (!existsSync(list)) return [];
  return JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
}
