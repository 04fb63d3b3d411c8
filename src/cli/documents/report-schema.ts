import * as z from "zod";
import { pauseReasons } from "../../domain/run.ts";
import { stages } from "../../domain/stage.ts";
import { callSchema, costSchema } from "./cost-schema.ts";
import { runSchema } from "./run-schema.ts";

const time = z.iso.datetime();
const sha = z.string().regex(/^[0-9a-f]{40}$/u);
const count = z.int().nonnegative();

const span = { startedAt: time, finishedAt: time.nullable() };

const timelineEntry = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("stage"),
    stage: z.enum(stages),
    status: z.enum(["success", "partial", "failure"]).nullable(),
    output: z.string(),
    ...span,
  }),
  z.strictObject({
    kind: z.literal("pause"),
    reason: z.enum(pauseReasons),
    why: z.string(),
    endedBy: z.string().nullable(),
    ...span,
  }),
  z.strictObject({ kind: z.literal("retry"), by: z.string(), ...span }),
]);

const judged = z.strictObject({
  sha: sha.describe("The commit that was judged: the one that landed, where one did."),
  tree: sha,
  verdict: z.enum(["passed", "failed"]),
  score: z.number().min(0).max(1),
  regressions: z.array(z.string()),
  checks: z.array(
    z.strictObject({
      name: z.string(),
      kind: z.enum(["tests", "types", "lint", "acceptance", "other"]),
      gate: z.enum(["must", "should", "may"]),
      status: z.enum(["passed", "failed", "forgiven", "errored", "skipped"]),
      reason: z.string().nullable(),
      durationMs: z.number().nonnegative(),
      passed: count,
      failed: count,
      skipped: count,
      total: count,
    }),
  ),
});

const approvalState = z.discriminatedUnion("status", [
  z.strictObject({ status: z.literal("pending") }),
  z.strictObject({ status: z.literal("approved"), by: z.string(), at: time }),
  z.strictObject({ status: z.literal("rejected"), by: z.string(), at: time, reason: z.string() }),
  z.strictObject({ status: z.literal("timed_out"), at: time }),
  z.strictObject({ status: z.literal("voided"), at: time }),
]);

const rollbackState = z.discriminatedUnion("status", [
  z.strictObject({ status: z.literal("requested") }),
  z.strictObject({ status: z.literal("reverting"), integrationId: z.string() }),
  z.strictObject({ status: z.literal("completed"), revertSha: sha }),
  z.strictObject({ status: z.literal("failed"), reason: z.string() }),
]);

/** What `aas report <run> --json` prints as its result. */
export const reportSchema = z.strictObject({
  run: runSchema,
  timeline: z.array(timelineEntry),
  judged: judged.nullable(),
  approvals: z.array(
    z.strictObject({
      id: z.string(),
      subject: z.string(),
      question: z.string(),
      sha,
      state: approvalState,
      createdAt: time,
    }),
  ),
  rollbacks: z.array(
    z.strictObject({
      id: z.string(),
      landedSha: sha,
      reason: z.string(),
      requestedBy: z.string(),
      state: rollbackState,
      createdAt: time,
    }),
  ),
  calls: z.array(callSchema).nullable().describe("Every paid call, oldest first; null without --cost."),
  costs: costSchema.nullable().describe("What the calls come to; null without --cost."),
  needsYou: z.array(z.strictObject({ what: z.string(), command: z.string() })),
  closingCommands: z
    .array(z.string())
    .describe("What brings the person's checkout up to date; empty when nothing is to be done."),
});
