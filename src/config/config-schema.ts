import * as z from "zod";
import { checkList } from "./check-setting.ts";
import { model } from "./model-setting.ts";
import { priceList } from "./price-setting.ts";
import {
  branchName,
  count,
  duration,
  flag,
  keyPrefix,
  publicUrl,
  scopePath,
  score,
  secretReference,
  usdAmount,
} from "./setting-types.ts";

/**
 * Every setting of `aas.config.jsonc`. Descriptions are one line each: the documentation, the generated schema and the file
 * that `aas init` writes repeat them.
 */

const anObject = { error: "an object in { }" };

const merge = z.strictObject(
  {
    auto: flag.default(false).describe("Land without asking when every gate passes."),
  },
  anObject,
);

const approvals = z.strictObject(
  {
    merge: flag.default(true).describe("A person says yes to the exact commit before it lands."),
  },
  anObject,
);

const limits = z.strictObject(
  {
    concurrentRuns: count(1, 100)
      .default(3)
      .describe("Runs at work at once; the rest wait by priority and age."),
    runTimeout: duration.default("24h").describe("After this time a run pauses and tells you."),
    parallelTasks: count(1, 64).default(2).describe("Tasks of one run that are built at once."),
    attempts: count(1, 20).default(3).describe("Tries at one task before it goes to Needs Review."),
    requestsPerMinute: count(1, 1_000_000)
      .nullable()
      .default(null)
      .describe("Calls to the provider by all workers together; null: only as it says itself."),
    tokensPerMinute: count(1, 1_000_000_000)
      .nullable()
      .default(null)
      .describe("Tokens of all calls outside of batches together; null: only as the provider says."),
  },
  anObject,
);

const webhook = z.strictObject(
  { url: publicUrl, secret: secretReference },
  { error: 'an object such as { "url": "https://…", "secret": "env:AAS_WEBHOOK_SECRET" }, or null' },
);

const notify = z.strictObject(
  {
    onCompletion: flag.default(true).describe("Tell the channels when a run has completed."),
    onFailure: flag.default(true).describe("Tell the channels when a run has failed."),
    webhook: webhook
      .nullable()
      .default(null)
      .describe("Signed messages to your own address: { url, secret }."),
    discord: secretReference.nullable().default(null).describe("Webhook of a Discord channel, as env:NAME."),
    slack: secretReference.nullable().default(null).describe("Webhook of a Slack channel, as env:NAME."),
  },
  anObject,
);

const gates = z.strictObject(
  {
    requireTests: flag.default(false).describe("A change without new tests is not accepted."),
    requireTypeChecks: flag.default(true).describe("Type checks that fail stop a landing."),
    minScore: score.default(0.8).describe("Weight of passed checks / weight of all, at least."),
    allowRedBase: flag.default(false).describe("Start although the checks fail on the base branch."),
    protectedPaths: z
      .array(scopePath, { error: "a list of paths in [ ]" })
      .default([])
      .describe("Files and folders (with / at the end) that need a person's yes."),
    maxChangedFiles: count(1, 100_000).default(50).describe("Files that one task may change."),
    maxFileBytes: count(1, 100_000_000).default(1_000_000).describe("Size that one changed file may have."),
  },
  anObject,
);

const budget = z.strictObject(
  {
    perRunUsd: usdAmount.default(10).describe("Cap of one run in US dollars; at the cap it pauses."),
    warnUsd: usdAmount
      .nullable()
      .default(5)
      .describe("Spending of one run from which you are warned; null: never."),
    perRunTokens: count(1, 1_000_000_000_000)
      .nullable()
      .default(null)
      .describe("Tokens that one run may read and write; null: no cap but money."),
    perDayUsd: usdAmount
      .nullable()
      .default(null)
      .describe("Cap of all runs of a day, which ends at 00:00 UTC; null: none."),
    warnPerDayUsd: usdAmount
      .nullable()
      .default(null)
      .describe("Spending of a day from which you are warned; null: never."),
    perProjectUsd: usdAmount
      .nullable()
      .default(null)
      .describe("Cap of all runs of this repository together; null: none."),
    warnPerProjectUsd: usdAmount
      .nullable()
      .default(null)
      .describe("Spending of all runs together from which you are warned; null: never."),
  },
  anObject,
);

const landing = z.strictObject(
  {
    updateCheckout: flag
      .default(false)
      .describe("Fast-forward your clean checkout of the base after a landing; with a remote you pull."),
  },
  anObject,
);

const board = z.strictObject(
  {
    location: z
      .enum(["none", "checkout"], { error: '"none" or "checkout"' })
      .default("none")
      .describe("checkout: keep ACTIVE_TASKS.md in your checkout up to date."),
    prefix: keyPrefix.default("AAS").describe("Letters before the number of a task."),
  },
  anObject,
);

const batch = z.strictObject(
  {
    analyse: flag.default(true).describe("Ask the model about each task before it is built."),
    enabled: flag.default(true).describe("Use the provider's batch prices where it has them."),
    chunkSize: count(1, 10_000).default(20).describe("Requests in one batch."),
    maxRequests: count(1, 1_000_000)
      .nullable()
      .default(null)
      .describe("Requests that the provider takes in one batch; null: as it documents."),
    maxBytes: count(10_000, 10_000_000_000)
      .nullable()
      .default(null)
      .describe("Bytes that the provider takes in one batch; null: as it documents."),
    pollInterval: duration.default("5m").describe("How often a batch is looked at."),
    limit: duration.default("24h").describe("After this time what is missing is asked for one by one."),
    scanInterval: duration.default("60s").describe("How often aas batch watch looks for new tasks."),
    autoImplement: flag
      .default(false)
      .describe("Build what aas batch submit sent as soon as its analyses are back."),
  },
  anObject,
);

const models = z.strictObject(
  {
    prices: priceList
      .default({})
      .describe(
        "Prices by the model's name, in US dollars per million tokens; they win over the built-in list.",
      ),
  },
  anObject,
);

const reserved = "an empty list: environments are reserved for a later version";

export const configSchema = z.strictObject(
  {
    $schema: z.string({ error: "the address of a JSON schema" }).optional(),
    base: branchName
      .nullable()
      .default(null)
      .describe("Branch that work starts from and lands on; null: the repository's default branch."),
    delivery: z
      .enum(["run", "task"], { error: '"run" or "task"' })
      .default("run")
      .describe("run: one landing for all tasks of a goal; task: each task alone."),
    merge: merge.prefault({}).describe("When work lands."),
    approvals: approvals.prefault({}).describe("What a person decides."),
    budget: budget.prefault({}).describe("Money. A run pauses at its cap and never goes past it."),
    limits: limits.prefault({}).describe("Time and size of the work."),
    gates: gates.prefault({}).describe("What a change must be like to land."),
    checks: checkList.default([]).describe("Commands that judge every change, run in a sandbox."),
    notify: notify.prefault({}).describe("Who is told what. Secrets are never written here, only env:NAME."),
    batch: batch.prefault({}).describe("Analyses at the provider's batch price."),
    landing: landing.prefault({}).describe("Your own checkout."),
    board: board.prefault({}).describe("The list of tasks as a file."),
    model: model
      .nullable()
      .default(null)
      .describe(
        "Model that plans and builds: { provider, name }, or { provider: recorded, replies }; null: none.",
      ),
    models: models.prefault({}).describe("What is known of models."),
    environments: z
      .array(z.never({ error: reserved }), { error: reserved })
      .default([])
      .describe("Reserved for deployments; must be empty."),
  },
  { error: "an object in { }" },
);

type Frozen<Value> = Value extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: Frozen<Value[Key]> }
    : Value;

/** Every setting with its value. Times stay as written (`24h`), they were checked. */
export type Config = Frozen<Omit<z.output<typeof configSchema>, "$schema">>;
