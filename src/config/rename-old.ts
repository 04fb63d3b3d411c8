import type { ConfigProblem } from "./config-problem.ts";
import { oldNames } from "./old-names.ts";
import { valueAt } from "./value-at.ts";

export interface Renamed {
  readonly value: unknown;
  /** New path → the old name that was written. */
  readonly oldNameOf: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
  readonly problems: readonly ConfigProblem[];
}

type Entries = Readonly<Record<string, unknown>>;

/** Moves settings with an old name to their place. Naming one twice is refused: nobody could say which of the two counts. */
export function renameOld(value: unknown, origin: string): Renamed {
  if (!isEntries(value)) return { value, oldNameOf: new Map(), warnings: [], problems: [] };
  const used = [...oldNames].filter(([old]) => Object.hasOwn(value, old));
  const oldNameOf = new Map(used.map(([old, path]) => [path, old]));
  return {
    value: used.reduce<Entries>((current, [old, path]) => move(current, old, path), value),
    oldNameOf,
    warnings: used.map(([old, path]) => `${origin}: ${old} is an old name; write ${path} instead.`),
    problems: used
      .filter(([, path]) => valueAt(value, path.split(".")) !== undefined)
      .map(([old, path]) => ({
        text: `${origin}: ${old} and ${path} are both written and mean the same setting; expected one of them.`,
        cure: `Remove ${old}.`,
      })),
  };
}

function move(value: Entries, old: string, path: string): Entries {
  const [section = "", name = ""] = path.split(".");
  const { [old]: moved, ...rest } = value;
  const target = rest[section] ?? {};
  return isEntries(target) ? { ...rest, [section]: { [name]: moved, ...target } } : value;
}

function isEntries(value: unknown): value is Entries {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
