import { lstatSync, readlinkSync, realpathSync } from "node:fs";
import { join } from "node:path";

/** One thing of the host that the sandbox sees, and where it sees it. */
export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly kind: "file" | "folder";
  readonly isWritable: boolean;
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
export function readOnlyMount(source: string, target: string): Mount | null {
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
  const stat = lstatSync(source, { throwIfNoEntry: false });
  if (stat?.isDirectory() !== true) return null;
  return { source, target: `${insidePaths.tree}/node_modules`, kind: "folder", isWritable: false };
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
