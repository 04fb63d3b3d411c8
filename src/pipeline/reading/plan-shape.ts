import { z } from "zod";
import type { ConfigAddition, FileChangeKind, PlanPhase } from "../../domain/plan.ts";

const texts = z
  .array(z.string())
  .nullish()
  .transform((list) => list ?? []);
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? null);

const file = z.object({
  path: z.string().min(1),
  kind: z.enum(["create", "change", "delete", "example"]),
  content: text,
  template: text,
  variables: z
    .record(z.string(), z.string())
    .nullish()
    .transform((variables) => variables ?? {}),
});

const configValue = z.union([z.string(), z.number(), z.boolean()]).nullish();

const addition = z
  .object({
    name: z.string().min(1),
    type: z.string().default("string"),
    default: configValue,
    description: z.string().default(""),
    secret: z.boolean().default(false),
  })
  .transform((each): ConfigAddition => ({
    ...each,
    default: each.default === null || each.default === undefined ? null : String(each.default),
  }));

const phase = z.object({
  title: z.string().min(1),
  steps: texts,
  files: z
    .array(file)
    .nullish()
    .transform((files) => files ?? []),
});

export interface SaidFile {
  readonly said: string;
  readonly kind: FileChangeKind;
  readonly content: string | null;
  readonly template: string | null;
  readonly variables: Readonly<Record<string, string>>;
  readonly phase: string | null;
}

export interface SaidPlan {
  readonly phases: readonly PlanPhase[];
  readonly files: readonly SaidFile[];
  readonly config: readonly ConfigAddition[];
  readonly dependencies: readonly string[];
  readonly tests: readonly string[];
  readonly acceptance: readonly string[];
}

/** A plan as it is asked for; its files stand in their phases, or beside them. */
export const planShape = z
  .object({
    phases: z.array(phase).min(1),
    files: z
      .array(file)
      .nullish()
      .transform((files) => files ?? []),
    config: z
      .array(addition)
      .nullish()
      .transform((config) => config ?? []),
    dependencies: texts,
    tests: texts,
    acceptance: texts,
  })
  .transform(({ phases, files, ...plan }): SaidPlan => ({
    ...plan,
    phases: phases.map(({ title, steps }) => ({ title, steps })),
    files: [
      ...phases.flatMap(({ title, files: own }) => own.map((each) => toSaidFile(each, title))),
      ...files.map((each) => toSaidFile(each, null)),
    ],
  }));

function toSaidFile({ path, ...rest }: z.infer<typeof file>, title: string | null): SaidFile {
  return { ...rest, said: path, phase: title };
}
