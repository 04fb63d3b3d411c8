import * as z from "zod";
import { complexities } from "../../domain/analysis.ts";
import { batchStatuses } from "../../domain/batch.ts";
import { batchTroubles } from "../../domain/batching/batch-trouble.ts";
import { priorities } from "../../domain/priority.ts";
import { outcomeStatuses } from "../../domain/batching/request-outcome.ts";

const time = z.iso.datetime();
const count = z.int().nonnegative();

const item = z.strictObject({
  taskKey: z.string(),
  customId: z.string().describe("Our own id of the request; the provider knows it too."),
  status: z.enum([...outcomeStatuses, "waiting"]),
  message: z.string(),
});

/** What `aas batch status <batch> --json` prints as its result. */
export const batchSchema = z.strictObject({
  id: z.string(),
  runId: z.string(),
  provider: z.string(),
  providerRef: z.string().nullable().describe("What the provider calls it."),
  status: z.enum(batchStatuses),
  trouble: z.enum(batchTroubles).nullable(),
  reason: z.string().nullable(),
  isDelayed: z.boolean().describe("The provider has had it for more than an hour."),
  lookEveryMs: count.nullable().describe("Null when nobody looks at it: it or its run stands still."),
  outcomes: z.record(z.string(), count).describe("How many items fared how."),
  items: z.array(item),
  settledMicroUsd: count,
  reservedMicroUsd: count.describe("Held back for answers whose cost is not known yet."),
  createdAt: time,
  submittedAt: time.nullable().describe("Null unless the provider is at work on it."),
});

/** What `aas batch status --json` prints as its result. */
export const batchListSchema = z.strictObject({ batches: z.array(batchSchema).describe("Newest first.") });

const field = z.enum(["complexity", "priority", "blockers", "firstStep"]);

const priorityAdvice = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("keep"), said: z.string() }),
  z.strictObject({
    kind: z.enum(["raise", "lower", "set"]),
    to: z.array(z.enum(priorities)),
    said: z.string(),
  }),
]);

const analysis = z.strictObject({
  complexity: z.enum(complexities).nullable(),
  priority: priorityAdvice.nullable(),
  blockers: z.array(z.string()),
  firstStep: z.string().nullable(),
  steps: z.array(z.string()),
  reading: z.strictObject({
    parserVersion: count,
    rung: z.enum(["json", "json_part", "json_mended", "labels", "prose", "unreadable"]),
    confidence: z.number().min(0).max(1),
    finish: z.enum(["stop", "length", "refusal", "filter", "other"]),
    missing: z.array(field),
    conflicts: z.array(z.strictObject({ field, said: z.array(z.string()) })),
    problems: z.array(z.string()),
  }),
});

/** What `aas batch results --json` prints as its result. */
export const batchResultsSchema = z.strictObject({
  runId: z.string(),
  batchId: z.string().nullable().describe("Null when a run was asked for: the last word about each task."),
  items: z.array(
    item.extend({
      analysis: analysis.nullable(),
      raw: z.string().nullable().describe("The answer as it came."),
    }),
  ),
});

/** What `aas batch submit --json` prints as its result. */
export const batchSubmissionSchema = z.strictObject({
  runId: z.string().nullable().describe("Null when nothing was sent: nothing is new, or --dry-run."),
  goal: z.string().nullable(),
  tasks: z.array(z.string()),
  leftOut: z.array(z.string()).describe("New tasks that nothing would prove."),
  holdsAfterwards: z.boolean().nullable().describe("Whether the run stops when the analyses are back."),
});
