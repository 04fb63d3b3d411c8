/**
 * Stands for an object whose file is read with the first call: a command touches two of our stores, and reading the other
 * nine would take it longer than asking the database. Only for objects whose every member is an async method.
 */
export function whenUsed<Target extends object>(load: () => Promise<Target>): Target {
  let loading: Promise<Target> | null = null;
  const call = async (name: string, args: readonly unknown[]): Promise<unknown> => {
    const target = await (loading ??= load());
    const method: unknown = Reflect.get(target, name);
    if (typeof method !== "function") throw new TypeError(`${name} is not a method`);
    return Reflect.apply(method, target, args);
  };
  return new Proxy({} as Target, {
    // Somebody may await what has this object in it: it must not look like a promise.
    get: (_, name) =>
      typeof name !== "string" || name === "then"
        ? undefined
        : (...args: readonly unknown[]): Promise<unknown> => call(name, args),
  });
}
