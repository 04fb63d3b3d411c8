import { lstatSync, readdirSync, readlinkSync, realpathSync } from "node:fs";
import { join } from "node:path";

/** One thing of the host that the sandbox sees, and where it sees it. */
export type Mount = PlainMount | PackagesMount;

interface PlainMount {
  readonly kind: "file" | "folder";
  readonly source: string;
  readonly target: string;
  readonly isWritable: boolean;
}

/** A folder of installed packages: each of them read-only, beside them room for the caches that tools keep there. */
interface PackagesMount {
  readonly kind: "packages";
  readonly source: string;
  readonly target: string;
  readonly entries: readonly PackageEntry[];
}

interface PackageEntry {
  readonly name: string;
  /** Where a link leads, as it is written; null for files and folders. */
  readonly link: string | null;
}

export const insidePaths = {
  tree: "/box",
  report: "/out/report.xml",
  node: "/opt/node/bin/node",
  tools: "/opt/aas",
} as const;

/**
 * Null when there is nothing at `source`. Links are followed: the sandbox gets what is there, under the name it expects.
 */
export function readOnlyMount(source: string, target: string): PlainMount | null {
  const real = realPathIfThere(source);
  if (real === null) return null;
  return { source: real, target, kind: lstatSync(real).isDirectory() ? "folder" : "file", isWritable: false };
}

/**
 * Installed packages are too large to copy. Only a real folder counts: a link with this name may have come with the change
 * and point anywhere on the host.
 */
export function packagesMount(treeFolder: string): Mount | null {
  const source = join(treeFolder, "node_modules");
  if (lstatSync(source, { throwIfNoEntry: false })?.isDirectory() !== true) return null;
  const target = `${insidePaths.tree}/node_modules`;
  const names = readdirSync(source).filter((name) => !toolCaches.has(name));
  if (names.length > mostPackages) return { kind: "folder", source, target, isWritable: false };
  const entries = names.map((name) => ({ name, link: linkAt(join(source, name)) }));
  return { kind: "packages", source, target, entries };
}

/** bubblewrap reads all mounts again for each of them: beyond this number that takes longer than a second. */
const mostPackages = 800;

/** Made anew in each job: what one job leaves here must not reach the next one. */
const toolCaches = new Set([".cache", ".vite", ".vite-temp", ".vitest"]);

function linkAt(path: string): string | null {
  return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : null;
}

/** The system's programs. `/usr` is what they live in; the others are links into it, or folders on older systems. */
export function systemArguments(): readonly string[] {
  return [
    "--ro-bind",
    "/usr",
    "/usr",
    ...["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"].flatMap(systemFolderArguments),
    ...["/etc/ld.so.cache", "/etc/alternatives"].flatMap((path) => ["--ro-bind-try", path, path]),
  ];
}

function systemFolderArguments(path: string): readonly string[] {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  return stat.isSymbolicLink() ? ["--symlink", readlinkSync(path), path] : ["--ro-bind", path, path];
}

function realPathIfThere(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}
