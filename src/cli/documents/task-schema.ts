import * as z from "zod";
import { priorities } from "../../domain/priority.ts";

const time = z.iso.datetime();
const sha = z.string().regex(/^[0-9a-f]{40}$/u);

const attempt = z.strictObject({
  id: z.string(),
  number: z.int().positive(),
  round: z.int().positive(),
  builder: z.string(),
  baseSha: sha,
  status: z.enum(["running", "completed", "failed", "abandoned", "canceled"]),
  failure: z
    .strictObject({
      kind: z.enum(["builder", "gate", "checks", "audit", "conflict", "approval"]),
      summary: z.string(),
      details: z.array(z.string()).describe("What the next attempt was told, word for word."),
    })
    .nullable(),
  startedAt: time,
  finishedAt: time.nullable(),
});

/** A task inside the document of its run. */
export const taskOfRunSchema = z.strictObject({
  key: z.string(),
  title: z.string(),
  description: z.string(),
  priority: z.enum(priorities),
  type: z.string(),
  dependsOn: z.array(z.string()),
  tier: z.int().nonnegative().describe("Its depth in the graph."),
  status: z.enum(["queued", "active", "collected", "done", "needs_review", "canceled"]),
  boardStatus: z.enum(["Queued", "Blocked", "In Progress", "Needs Review", "Done", "Canceled"]),
  waitingFor: z.array(z.string()),
  files: z.array(z.string()),
  acceptance: z.array(z.array(z.string())),
  runId: z.string().nullable(),
  assignee: z.string().nullable(),
  commit: sha.nullable().describe("The commit on the base branch that names it: the evidence."),
  reason: z.string().nullable().describe("Why it needs a person."),
  attempts: z.array(attempt),
  createdAt: time,
  updatedAt: time,
});

/** What `aas task show --json` prints as its result. */
export const taskSchema = taskOfRunSchema.extend({
  parent: z.string().nullable(),
  builder: z.union([
    z.strictObject({ kind: z.literal("model") }),
    z.strictObject({
      kind: z.literal("blueprint"),
      name: z.string(),
      variables: z.record(z.string(), z.string()),
    }),
  ]),
  hint: z.string().nullable(),
  round: z.int().positive(),
  branches: z.array(z.string()).describe("Where each attempt left its work, the newest last."),
  nextCommand: z.string().nullable(),
});

/** What `aas task list --json` prints as its result. */
export const taskListSchema = z.strictObject({ tasks: z.array(taskOfRunSchema.omit({ attempts: true })) });
