/** The value at a path; undefined when it is not there. Only own properties count. */
export function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((current, part) => {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, part)) return undefined;
    return (current as Record<string | number, unknown>)[part];
  }, value);
}
