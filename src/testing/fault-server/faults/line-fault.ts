import { z } from "zod";

/** What becomes of one request of a batch, or of one call outside of it. */
const outcomeFaults = [
  /** The request failed. `in: "output"` puts the line where only successes belong. */
  z.strictObject({
    kind: z.literal("status"),
    status: z.int().min(400).max(599),
    code: z.string().nullable().default(null),
    message: z.string().default("The request failed."),
    in: z.enum(["error", "output"]).default("error"),
  }),
  /** A line that says status 0 and nothing else, among the successes. */
  z.strictObject({ kind: z.literal("status_zero") }),
  z.strictObject({ kind: z.literal("expired") }),
  /** The model says no. */
  z.strictObject({ kind: z.literal("refused") }),
  z.strictObject({ kind: z.literal("filtered") }),
  /** The token limit cut the answer. */
  z.strictObject({ kind: z.literal("length") }),
  /** Thinking used up the limit: there is no text at all. */
  z.strictObject({ kind: z.literal("empty") }),
  /** Talk where JSON was asked for. */
  z.strictObject({ kind: z.literal("prose") }),
  z.strictObject({ kind: z.literal("no_usage") }),
] as const;

/** What happens to the bytes of a line. */
const byteFaults = [
  z.strictObject({ kind: z.literal("corrupted") }),
  z.strictObject({ kind: z.literal("cut") }),
  /** A success whose answer is no answer of a model. */
  z.strictObject({ kind: z.literal("garbled") }),
  z.strictObject({ kind: z.literal("duplicated") }),
  /** Once as a success and again as a failure. */
  z.strictObject({ kind: z.literal("contradicted") }),
  z.strictObject({ kind: z.literal("missing") }),
  /** A line follows that answers what nobody asked. */
  z.strictObject({ kind: z.literal("foreign_after") }),
  z.strictObject({ kind: z.literal("no_custom_id") }),
] as const;

const outcomeFaultSchema = z.discriminatedUnion("kind", outcomeFaults);
const byteFaultSchema = z.discriminatedUnion("kind", byteFaults);

export type OutcomeFault = z.infer<typeof outcomeFaultSchema>;
export type ByteFault = z.infer<typeof byteFaultSchema>;

/** Which lines a fault hits; what is not said matches all. Faults of several rules are applied one after the other. */
export const lineRuleSchema = z.strictObject({
  customIds: z.array(z.string()).optional(),
  /** The first, second, … batch of this server. */
  batches: z.array(z.int().min(1)).optional(),
  probability: z.number().min(0).max(1).default(1),
  fault: z.union([outcomeFaultSchema, byteFaultSchema]),
});

export type LineRule = z.infer<typeof lineRuleSchema>;

export function isOutcomeFault(fault: OutcomeFault | ByteFault): fault is OutcomeFault {
  return outcomeFaultSchema.safeParse(fault).success;
}
