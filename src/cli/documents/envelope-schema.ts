import * as z from "zod";

const shared = {
  schemaVersion: z.literal(1),
  command: z.string().describe("What was called: `task list`."),
};

/** What every command prints with --json; commands that follow a run print its events before it, one a line. */
export const envelopeSchema = z.union([
  z.strictObject({
    ...shared,
    ok: z
      .boolean()
      .describe("Whether the exit code is 0: a doctor that finds a problem has an answer and is not ok."),
    result: z.record(z.string(), z.unknown()),
  }),
  z.strictObject({
    ...shared,
    ok: z.literal(false),
    error: z.strictObject({
      code: z.string().describe("Never changes its meaning."),
      message: z.string(),
      fix: z.string().nullable(),
      retryable: z.boolean(),
    }),
  }),
]);
