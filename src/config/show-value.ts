const maxShownCharacters = 80;
const secretShapes =
  /:\/\/[^/\s]*@|:\/\/\S*hook|^(?:sk|pk|gh[a-z]|github_pat|xox[a-z]|glpat)[-_]|^ey[A-Za-z0-9_-]{20}/iu;

/** A value as an error may show it. What could be a secret is described instead: a wrong key must not leak what it holds. */
export function showValue(value: unknown, path: string): string {
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return "a list";
  if (typeof value !== "string") return isPlain(value) ? String(value) : "an object";
  if (isSecretPlace(path) || secretShapes.test(value)) return "a literal value, which is not shown";
  const shown = JSON.stringify(value);
  return shown.length <= maxShownCharacters ? shown : `${shown.slice(0, maxShownCharacters)}…"`;
}

function isSecretPlace(path: string): boolean {
  return /^notify$|key|token|secret|password|discord|slack|webhook/iu.test(path);
}

function isPlain(value: unknown): value is number | boolean | null {
  return typeof value === "number" || typeof value === "boolean" || value === null;
}
