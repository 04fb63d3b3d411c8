import * as z from "zod";
import { duration } from "./setting-types.ts";

const nameExpectation =
  "a name of its own: up to 60 letters, digits, dots, dashes and underscores, beginning with a letter or a digit";
const commandExpectation =
  'a program and its arguments as a list, such as ["node", "--test"]; nothing goes through a shell';
const reportExpectation = 'a list in which one argument contains {report}, because the report is "junit"';

const checkSetting = z
  .strictObject(
    {
      name: z
        .string({ error: nameExpectation })
        .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/u, { error: nameExpectation })
        .describe("What reports call it."),
      kind: z
        .enum(["tests", "types", "lint", "other"], { error: '"tests", "types", "lint" or "other"' })
        .describe("What it looks at."),
      gate: z
        .enum(["must", "should", "may"], { error: '"must", "should" or "may"' })
        .default("must")
        .describe("must stops a landing, should lowers the score, may is only told."),
      command: z
        .array(z.string({ error: "a text" }), { error: commandExpectation })
        .min(1, { error: commandExpectation, abort: true })
        .refine(([program]) => program !== "", { error: commandExpectation })
        .describe("Program and arguments; {report} becomes the path of the report."),
      report: z
        .enum(["junit", "exit_code"], { error: '"junit" or "exit_code"' })
        .default("exit_code")
        .describe("How its result is read: single tests from a JUnit file, or the exit code alone."),
      timeout: duration.default("10m").describe("How long it may take."),
    },
    { error: "an object in { }" },
  )
  .refine(
    ({ report, command }) => report === "exit_code" || command.some((each) => each.includes("{report}")),
    {
      error: reportExpectation,
      path: ["command"],
    },
  );

export type CheckSetting = Readonly<Omit<z.output<typeof checkSetting>, "command">> & {
  readonly command: readonly string[];
};

export const checkList = z
  .array(checkSetting, { error: "a list of checks in [ ]" })
  .max(50, { error: "at most 50 checks" })
  .superRefine((checks, context) => {
    const names = checks.map(({ name }) => name);
    for (const [index, name] of names.entries()) {
      if (names.indexOf(name) === index) continue;
      context.addIssue({ code: "custom", path: [index, "name"], message: "a name that no other check has" });
    }
  });
