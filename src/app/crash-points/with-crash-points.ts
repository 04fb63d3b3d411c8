import type { CrashPoints } from "../../ports/crash-points.ts";
import type { Effect } from "../../ports/effects.ts";

type EffectWords = Readonly<Record<string, Effect>>;

const guarded = new WeakSet<object>();

/**
 * The same port, with a named point before and after each effect: `git.updateRef:before`. The names come from the tables
 * that the ports export, so that an effect without a point cannot exist.
 */
export function withCrashPoints<Port extends object>(
  name: string,
  port: Port,
  table: EffectWords,
  points: CrashPoints,
): Port {
  const effects = effectsOf(table);
  const wrapped = new Proxy(port, {
    get(target, property): unknown {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== "function") return value;
      const method = (value as (...args: unknown[]) => unknown).bind(target);
      if (typeof property !== "string" || !effects.includes(property)) return method;
      return async (...args: unknown[]): Promise<unknown> => {
        points.reach(`${name}.${property}:before`);
        const result = await method(...args);
        points.reach(`${name}.${property}:after`);
        return result;
      };
    },
  });
  guarded.add(wrapped);
  return wrapped;
}

export function effectsOf(table: EffectWords): readonly string[] {
  return Object.keys(table).filter((member) => table[member] === "effect");
}

/** For the test that looks whether every port of the composition is guarded. */
export function isGuarded(port: object): boolean {
  return guarded.has(port);
}
