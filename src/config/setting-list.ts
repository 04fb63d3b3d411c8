import * as z from "zod";
import { configSchema } from "./config-schema.ts";
import { oldNames } from "./old-names.ts";
import { secretReference, usdAmount } from "./setting-types.ts";

/** One setting: the smallest thing that a layer of the configuration can replace. */
export interface Setting {
  /** `budget.perRunUsd` */
  readonly path: string;
  /** `AAS_BUDGET_PER_RUN_USD` */
  readonly environmentName: string;
  readonly oldNames: readonly string[];
  readonly kind: "secret" | "usd" | "other";
  readonly defaultValue: unknown;
  readonly meaning: string;
  readonly schema: z.ZodType;
  /** Keys of the objects it holds: those of one check, of the webhook, of the model. */
  readonly members: readonly string[];
}

export const settings: readonly Setting[] = listSettings(configSchema, "");

/** Groups of settings with what they are about, in the order of the schema: `budget` → "Money. …". */
export const sectionMeanings: ReadonlyMap<string, string> = new Map(
  Object.entries(configSchema.shape).flatMap(([name, schema]) =>
    asSection(schema) === null ? [] : [[name, schema.description ?? ""]],
  ),
);

function listSettings(schema: z.ZodObject, parent: string): readonly Setting[] {
  return Object.entries(schema.shape).flatMap(([name, member]) => {
    if (name.startsWith("$")) return [];
    const path = parent === "" ? name : `${parent}.${name}`;
    const section = asSection(member as z.ZodType);
    return section === null ? [toSetting(path, member as z.ZodType)] : listSettings(section, path);
  });
}

/** Null when it is a single setting. Sections have no value of their own, so they are prefaulted, not defaulted. */
function asSection(schema: z.ZodType): z.ZodObject | null {
  if (!(schema instanceof z.ZodPrefault)) return null;
  const inner = schema.unwrap();
  return inner instanceof z.ZodObject ? inner : null;
}

function toSetting(path: string, schema: z.ZodType): Setting {
  return {
    path,
    environmentName: environmentNameOf(path),
    oldNames: [...oldNames].filter(([, current]) => current === path).map(([old]) => old),
    kind: kindOf(schema),
    defaultValue: schema.parse(undefined),
    meaning: schema.description ?? "",
    schema,
    members: membersOf(schema),
  };
}

function environmentNameOf(path: string): string {
  const words = path.replaceAll(".", "_").replaceAll(/(?<low>[a-z0-9])(?<high>[A-Z])/gu, "$<low>_$<high>");
  return `AAS_${words.toUpperCase()}`;
}

function kindOf(schema: z.ZodType): Setting["kind"] {
  const inner = unwrap(schema);
  if (inner === secretReference) return "secret";
  return inner === usdAmount ? "usd" : "other";
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodDefault || schema instanceof z.ZodNullable ? unwrap(schema.unwrap()) : schema;
}

function membersOf(schema: z.core.$ZodType): readonly string[] {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodArray) return membersOf(inner.element);
  if (inner instanceof z.ZodRecord) return membersOf(inner.valueType);
  if (inner instanceof z.ZodObject) return Object.keys(inner.shape);
  if (!(inner instanceof z.ZodDiscriminatedUnion)) return [];
  return [...new Set(inner.options.flatMap((option: z.core.$ZodType) => membersOf(option)))];
}
