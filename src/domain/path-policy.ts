const windowsDevices = /^(?:con|conin\$|conout\$|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\..*)?$/iu;

/** What every file system takes as one part of a path. */
const maxSegmentBytes = 255;

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
  if (bytesOf(segment) > maxSegmentBytes) return `a part is longer than ${maxSegmentBytes} bytes`;
  if (windowsDevices.test(segment)) return "it is the name of a device";
  if (segment.startsWith("-")) return "a part starts with a dash";
  return null;
}

/** `.git` in its disguises: other case, short names, trailing dots or spaces. */
function isGitFolder(segment: string): boolean {
  return /^(?:\.git|\.?git~\d+)[. ]*$/iu.test(segment);
}

/** Two names that look the same must be the same; U+FFFD stands for bytes that are no text. */
function hasInvisibleCharacters(path: string): boolean {
  return /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\uFFFD]/u.test(path);
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Scope of a task that names no files of its own. */
export const wholeRepository = "*";

/** Whether a path is a file of the list or lies in one of its folders (`src/`). */
export function isInScope(path: string, scope: readonly string[]): boolean {
  return scope.some(
    (entry) => entry === wholeRepository || entry === path || (entry.endsWith("/") && path.startsWith(entry)),
  );
}

/** Files that decide how work is judged or run: touching one needs a person. Lower case. */
const alwaysProtected = [
  "aas.config.jsonc",
  ".aas/",
  "active_tasks.md",
  ".gitmodules",
  ".github/",
  ".gitlab-ci.yml",
  ".circleci/",
  ".buildkite/",
  ".woodpecker/",
  ".forgejo/",
  ".gitea/",
  ".travis.yml",
  "azure-pipelines.yml",
  "bitbucket-pipelines.yml",
  "jenkinsfile",
] as const;

/** Git attributes and the configuration of test runners count in every folder. */
const protectedNames =
  /(?:^|\/)(?:\.gitattributes|(?:vitest|jest|playwright|cypress|ava|karma)\.(?:config|conf|workspace)\.[^/]+|\.mocharc[^/]*|pytest\.ini|tox\.ini|noxfile\.py|\.coveragerc)$/u;

/** Some file systems do not tell `.GitHub` from `.github`, so neither do we. */
export function isProtected(path: string, extra: readonly string[]): boolean {
  const plain = path.toLowerCase();
  const protectedPaths = [...alwaysProtected, ...extra.map((entry) => entry.toLowerCase())];
  return isInScope(plain, protectedPaths) || protectedNames.test(plain);
}
