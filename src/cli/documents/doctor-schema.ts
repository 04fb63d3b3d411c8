import * as z from "zod";

/** What `aas doctor --json` prints as its result. */
export const doctorSchema = z.strictObject({
  project: z.string().nullable().describe("The repository that was looked at; null: only the machine was."),
  problems: z.int().nonnegative(),
  warnings: z.int().nonnegative(),
  checks: z.array(
    z.strictObject({
      id: z.string(),
      verdict: z.enum(["ok", "warn", "fail"]),
      detail: z.string(),
      cure: z.string().nullable(),
    }),
  ),
});

export type DoctorDocument = z.infer<typeof doctorSchema>;
