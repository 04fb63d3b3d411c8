import { join } from "node:path";
import { checkPath } from "../../domain/path-policy.ts";
import { statOrNull } from "./stat-or-null.ts";

const maxNameBytes = 255;

/** Why a file below a folder may not be written or read; null when it may. Every part of the way is looked at. */
export async function findUnsafePath(folder: string, path: string): Promise<string | null> {
  const hostile = checkPath(path);
  if (hostile !== null) return hostile;
  const segments = path.split("/");
  if (segments.some((segment) => Buffer.byteLength(segment) > maxNameBytes))
    return "a part of it is too long";
  for (const [index, segment] of segments.entries()) {
    const way = segments.slice(0, index + 1).join("/");
    const stats = await statOrNull(join(folder, way));
    if (stats === null) return null;
    if (stats.isSymbolicLink()) return `${segment} is a symbolic link`;
    const isLast = index === segments.length - 1;
    if (isLast && !stats.isFile()) return "it is no plain file";
    if (!isLast && !stats.isDirectory()) return `${way} is no folder`;
  }
  return null;
}
