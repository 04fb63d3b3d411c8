import { z } from "zod";

const batchErrorSchema = z.strictObject({
  code: z.string(),
  message: z.string(),
  line: z.int().nullable().default(null),
  param: z.string().nullable().default(null),
});

export type BatchError = z.infer<typeof batchErrorSchema>;

/** How a batch ends. */
const fateSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("completed") }),
  /** Before any work. Null: without a word why. */
  z.strictObject({ kind: z.literal("failed"), errors: z.array(batchErrorSchema).nullable() }),
  /** With the first lines done. */
  z.strictObject({ kind: z.literal("expired"), done: z.int().min(0) }),
  z.strictObject({ kind: z.literal("stuck"), in: z.enum(["validating", "in_progress", "finalizing"]) }),
  /** Worked on and paid for, and the results are gone. */
  z.strictObject({ kind: z.literal("archived") }),
]);

export type Fate = z.infer<typeof fateSchema>;

/** A step of a batch takes so many looks, or so much time of the server's clock. */
export const paceSchema = z.discriminatedUnion("by", [
  z.strictObject({
    by: z.literal("looks"),
    validating: z.int().min(0).default(0),
    inProgress: z.int().min(0).default(1),
    finalizing: z.int().min(0).default(0),
    canceling: z.int().min(0).default(1),
  }),
  z.strictObject({
    by: z.literal("time"),
    validating: z.int().min(0),
    inProgress: z.int().min(0),
    finalizing: z.int().min(0),
    canceling: z.int().min(0),
  }),
]);

export type Pace = z.infer<typeof paceSchema>;

const fileFaultSchema = z.enum([
  "crlf",
  "bom",
  "line_separator",
  "blank_lines",
  "reversed",
  "shuffled",
  "no_end",
]);

export type FileFault = z.infer<typeof fileFaultSchema>;

/** What is peculiar about the first, second, … batch; of rules that say the same thing the last one counts. */
export const batchRuleSchema = z.strictObject({
  batches: z.array(z.int().min(1)).optional(),
  fate: fateSchema.exactOptional(),
  pace: paceSchema.exactOptional(),
  files: z.array(fileFaultSchema).exactOptional(),
  /** What stands for an error file when nothing failed. */
  noErrorFile: z.enum(["null", "empty_id", "empty_file"]).exactOptional(),
  /** How many of the first lines are done when a cancel arrives. */
  doneBeforeCancel: z.int().min(0).exactOptional(),
});

export type BatchRule = z.infer<typeof batchRuleSchema>;

export interface BatchPlan {
  readonly fate: Fate;
  readonly pace: Pace;
  readonly files: readonly FileFault[];
  readonly noErrorFile: "null" | "empty_id" | "empty_file";
  readonly doneBeforeCancel: number;
}

const plain: Omit<BatchPlan, "pace"> = {
  fate: { kind: "completed" },
  files: [],
  noErrorFile: "null",
  doneBeforeCancel: 0,
};

export function planBatch(pace: Pace, rules: readonly BatchRule[], batchNumber: number): BatchPlan {
  const plan: BatchPlan = { ...plain, pace };
  for (const rule of rules) {
    if (rule.batches?.includes(batchNumber) ?? true) Object.assign(plan, rule);
  }
  return plan;
}
