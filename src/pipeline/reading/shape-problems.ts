import type { z } from "zod";

const kinds: Readonly<Record<string, string>> = {
  array: "a list",
  object: "an object",
  record: "an object",
  string: "a text",
  number: "a number",
  boolean: "true or false",
};

/** What keeps a value from having a shape, one sentence each, for people as for models. */
export function shapeProblems({ issues }: z.ZodError, value: unknown): readonly string[] {
  return issues.map((issue) => {
    const where = issue.path.length === 0 ? "It" : nameOf(issue.path);
    if (issue.code !== "invalid_type") return `${where}: ${issue.message}.`;
    const kind = kinds[issue.expected] ?? issue.expected;
    return isThere(value, issue.path)
      ? `${where} must be ${kind}.`
      : `${where} is missing; it must be ${kind}.`;
  });
}

function nameOf(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("")
    .replace(/^\./u, "");
}

function isThere(value: unknown, path: readonly PropertyKey[]): boolean {
  let at = value;
  for (const part of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, part)) return false;
    at = (at as Readonly<Record<PropertyKey, unknown>>)[part];
  }
  return at !== undefined;
}
