// Writes demo/replies.json: runs the demo's goal with its author as the model, once for each order in which the two
// parallel tasks can finish, and keeps every request with its answer.
//   node demo/record.ts
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { FencedEdits } from "../src/adapters/edits/fenced-edits.ts";
import { RecordedBatchProvider } from "../src/adapters/recorded-model/recorded-batch-provider.ts";
import { RecordingModel } from "../src/adapters/recorded-model/recording-model.ts";
import { readReplies } from "../src/adapters/recorded-model/replies.ts";
import { systemClock } from "../src/adapters/system/system-clock.ts";
import { sampleTitle } from "../src/app/init/sample-repository.ts";
import { readPrompts } from "../src/app/read-prompts.ts";
import { parseConfig } from "../src/config/parse-config.ts";
import { toRunPolicy } from "../src/config/to-run-policy.ts";
import { parseTaskPlan } from "../src/pipeline/planning/parse-task-plan.ts";
import { analysisRequest } from "../src/pipeline/prompting/requests.ts";
import type { Model, ModelRequest } from "../src/ports/model.ts";
import { prepareServerForTests, removeServerForTests } from "../src/testing/postgres-for-tests.ts";
import { sampleTask } from "../src/testing/samples.ts";
import { openScenario } from "../src/testing/scenario.ts";
import { scriptedModel } from "../src/testing/scripted-model.ts";
import { answerAsAuthor, demoGoal, demoPlan } from "./author.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const repliesFile = join(here, "replies.json");
const prompts = await readPrompts();
const journalFolder = mkdtempSync(join(tmpdir(), "aas-demo-record-"));

rmSync(repliesFile, { force: true });
await prepareServerForTests();
try {
  await recordAnalyses();
  await recordRun("Sort open todos by due date");
  await recordRun("List overdue todos");
} finally {
  await removeServerForTests();
  rmSync(journalFolder, { recursive: true });
}

/** The batch answers exist before a batch can be sent. */
async function recordAnalyses(): Promise<void> {
  const plan = parseTaskPlan(JSON.stringify(demoPlan));
  const model = await openRecorder((request) => answerAsAuthor(request));
  for (const planned of plan.kind === "parsed" ? plan.plan.tasks : []) {
    const task = sampleTask({ ...planned, id: sampleTask().id, dependsOn: [] });
    await model.complete(analysisRequest(prompts, demoGoal, task), AbortSignal.timeout(1_000));
  }
}

/** One run in which the first attempt at this task is the last to be answered. */
async function recordRun(slowTitle: string): Promise<void> {
  const model = await openRecorder((request) => answerAsAuthor(request), isFirstAttemptAt(slowTitle));
  const batchProvider = new RecordedBatchProvider({
    replies: await readReplies(repliesFile),
    clock: systemClock,
    journalFile: join(journalFolder, `${slowTitle.length}.jsonl`),
    pendingFor: { kind: "looks", count: 1 },
  });
  const files = sampleFiles();
  const { config } = parseConfig(files["aas.config.jsonc"] ?? "", "demo");
  const policy = { ...toRunPolicy(config, { yes: true }), updateCheckout: false };
  await using scenario = await openScenario({
    files,
    firstCommit: sampleTitle,
    model,
    edits: new FencedEdits(),
    policy,
    deps: { batchProvider },
  });
  const run = await scenario.start(demoGoal);
  const { state } = await scenario.settle(run.id);
  const attempts = await scenario.deps.db.attempts.listOfRun(run.id);
  process.stderr.write(`${slowTitle} last: ${JSON.stringify(state)}, ${attempts.length} attempts\n`);
}

function isFirstAttemptAt(title: string): (request: ModelRequest) => boolean {
  return ({ purpose, prompt }) =>
    purpose === "build" &&
    prompt.includes(`## Task\n${title}\n`) &&
    !prompt.includes("The last attempt failed");
}

async function openRecorder(
  answer: (request: ModelRequest) => string,
  isSlow: (request: ModelRequest) => boolean = () => false,
): Promise<RecordingModel> {
  const author = scriptedModel(answer);
  const model: Model = {
    ...author,
    name: "recorded demo",
    complete: async (request, signal) => {
      if (isSlow(request)) await new Promise((resolve) => setTimeout(resolve, 4_000));
      return author.complete(request, signal);
    },
  };
  const earlier = await readReplies(repliesFile).then(
    (replies) => replies.byHash,
    () => new Map(),
  );
  return new RecordingModel(model, repliesFile, earlier);
}

function sampleFiles(): Readonly<Record<string, string>> {
  const folder = join(here, "repository");
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.map((path) => [relative(folder, path), readFileSync(path, "utf8")]));
}
