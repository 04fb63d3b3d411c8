import { z } from "zod";
import { priorities } from "../../domain/priority.ts";
import type { TaskPlan } from "../../domain/planning/task-plan.ts";
import type { Finish } from "../../ports/model.ts";
import { readJsonAnswer } from "../reading/read-json-answer.ts";

/** No operating system takes a zero byte in an argument. */
const word = z
  .string()
  .min(1)
  .refine((text) => !/[\0\p{Cs}]/u.test(text), "must hold no zero byte");
const command = z.array(word).min(1);

/** Names go into commit messages, branches and lists: a second line in them could pass for something else. */
const oneLine = z
  .string()
  .refine((text) => !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(text), "must be one line without control characters");

const plannedTask = z.object({
  id: oneLine.min(1).max(64),
  title: oneLine.min(1).max(200),
  description: z
    .string()
    .max(10_000)
    .refine((text) => !/(?![\t\n\r])[\p{Cc}\p{Cs}]/u.test(text), "must hold no control characters")
    .default(""),
  priority: z.enum(priorities).default("medium"),
  type: oneLine.max(40).default("feature"),
  dependsOn: z.array(z.string()).default([]),
  files: z.array(z.string()).default([]),
  acceptance: z.array(command).default([]),
  blueprint: z
    .strictObject({ name: z.string(), variables: z.record(z.string(), z.string()).default({}) })
    .nullish(),
});

const taskPlan = z.object({ tasks: z.array(plannedTask), sizeReason: z.string().nullish() });

export const planFields: readonly string[] = Object.keys(taskPlan.shape);
export const taskFields: readonly string[] = Object.keys(plannedTask.shape);

export type ParsedTaskPlan =
  | { readonly kind: "parsed"; readonly plan: TaskPlan; readonly repairs: readonly string[] }
  | { readonly kind: "unreadable"; readonly problems: readonly string[] };

/**
 * Reads a plan out of text. Anything that is none is a complaint, never a guess; only the answer of a model that came to
 * its own end is mended where its JSON is not quite JSON.
 */
export function parseTaskPlan(text: string, finish: Finish = "other"): ParsedTaskPlan {
  const reading = readJsonAnswer({ text, finish }, taskPlan);
  if (reading.kind === "unreadable") return reading;
  const tasks = reading.value.tasks.map(({ blueprint, ...task }) => ({
    ...task,
    builder: blueprint ? ({ kind: "blueprint", ...blueprint } as const) : ({ kind: "model" } as const),
  }));
  return {
    kind: "parsed",
    plan: { tasks, sizeReason: reading.value.sizeReason ?? null },
    repairs: reading.rung === "mended" ? [mended] : [],
  };
}

const mended = "The plan was not quite JSON: commas, quotes or comments in it were mended.";
