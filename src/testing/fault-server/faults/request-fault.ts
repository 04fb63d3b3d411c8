import { z } from "zod";

/** An answer written out in a script: exactly these bytes, or this JSON. */
export const cannedAnswerSchema = z.strictObject({
  status: z.int().min(200).max(599),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.json().optional(),
  raw: z.string().optional(),
});

export type CannedAnswer = z.infer<typeof cannedAnswerSchema>;

const delayMs = z.int().min(0);

/** What goes wrong with one request. `…_then_…`: the request has its full effect first. */
const requestFaultSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("reset") }),
  z.strictObject({ kind: z.literal("answer"), answer: cannedAnswerSchema }),
  z.strictObject({ kind: z.literal("delay"), delayMs }),
  z.strictObject({ kind: z.literal("create_then_reset") }),
  z.strictObject({ kind: z.literal("create_then_answer"), answer: cannedAnswerSchema }),
  z.strictObject({ kind: z.literal("create_then_delay"), delayMs }),
  z.strictObject({ kind: z.literal("cut"), afterBytes: z.int().min(0) }),
]);

export type RequestFault = z.infer<typeof requestFaultSchema>;

/** Which requests a fault hits; what is not said matches all. */
export const requestRuleSchema = z.strictObject({
  method: z.string().optional(),
  /** `/v1/batches/{id}`; `*` stands for anything. */
  path: z.string().default("*"),
  /** The first, second, … request that this rule could hit. */
  nth: z.array(z.int().min(1)).optional(),
  /** Only until so much of the server's time has passed. */
  untilMs: z.int().min(0).optional(),
  probability: z.number().min(0).max(1).default(1),
  fault: requestFaultSchema,
});

export type RequestRule = z.infer<typeof requestRuleSchema>;
