const windowsDevices = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?$/iu;

/** Why a path may not be written; null when it may. Paths are relative, with `/`, and mean the same on every system. */
export function checkPath(path: string): string | null {
  if (path === "") return "it is empty";
  if (path.length > 1000) return "it is longer than 1000 characters";
  if (path.startsWith("/") || /^[a-z]:/iu.test(path)) return "it is absolute";
  if (path.includes("\\")) return "it contains a backslash";
  if (hasInvisibleCharacters(path)) return "it contains control or invisible characters";
  for (const segment of path.split("/")) {
    const reason = checkSegment(segment);
    if (reason !== null) return reason;
  }
  return null;
}

function checkSegment(segment: string): string | null {
  if (segment === "") return "it has an empty part";
  if (segment === "." || segment === "..") return "it leaves its folder";
  if (isGitFolder(segment)) return "it names git's own folder";
  if (/[:*?"<>|]/u.test(segment)) return "it contains a character that not every system allows";
  if (/[. ]$/u.test(segment)) return "a part ends with a dot or a space";
  if (windowsDevices.test(segment)) return "it is the name of a device";
  if (segment.startsWith("-")) return "a part starts with a dash";
  return null;
}

/** `.git` in its disguises: other case, short names, trailing dots or spaces. */
function isGitFolder(segment: string): boolean {
  return /^(?:\.git|git~\d+)[. ]*$/iu.test(segment);
}

function hasInvisibleCharacters(path: string): boolean {
  return /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(path);
}

/** Whether a path is a file of the list or lies in one of its folders (`src/`). */
export function isInScope(path: string, scope: readonly string[]): boolean {
  return scope.some((entry) => entry === path || (entry.endsWith("/") && path.startsWith(entry)));
}

/** Files that decide how work is judged or run: touching one needs a person. */
const alwaysProtected = [
  "aas.config.jsonc",
  ".github/",
  ".gitlab-ci.yml",
  ".gitattributes",
  ".gitmodules",
  ".aas/",
  "ACTIVE_TASKS.md",
] as const;

export function isProtected(path: string, extra: readonly string[]): boolean {
  return isInScope(path, alwaysProtected) || isInScope(path, extra) || path.endsWith("/.gitattributes");
}
