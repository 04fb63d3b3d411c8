import { plainTokens } from "../../src/domain/money/price.ts";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { RecordedBatchProvider } from "../../src/adapters/recorded-model/recorded-batch-provider.ts";
import { recordedPrice, recordedProvider } from "../../src/adapters/recorded-model/recorded-model.ts";
import { hashRequest, type Replies, toRecordedReply } from "../../src/adapters/recorded-model/replies.ts";
import { systemClock } from "../../src/adapters/system/system-clock.ts";
import { AasError } from "../../src/domain/errors.ts";
import { readPrompts } from "../../src/app/read-prompts.ts";
import type { RunnableModel } from "../../src/app/composing/runnable-model.ts";
import { parseTaskPlan } from "../../src/pipeline/planning/parse-task-plan.ts";
import { analysisRequest } from "../../src/pipeline/prompting/requests.ts";
import type { Model, ModelReply } from "../../src/ports/model.ts";
import { sampleTask } from "../../src/testing/samples.ts";
import { answer, plannedTasks } from "./author.ts";

const name = "author of the story";
const prompts = await readPrompts();

/** The model of the story and its provider, whose journal lies outside of everything that is ours. */
export function chaosModel(folders: { readonly gates: string; readonly journal: string }): RunnableModel {
  const batchProvider = new RecordedBatchProvider({
    replies: analysisReplies(),
    clock: systemClock,
    journalFile: folders.journal,
    pendingFor: { kind: "looks", count: 1 },
  });
  return { model: authorModel(folders.gates), batchProvider };
}

function authorModel(gateFolder: string): Model {
  return {
    provider: recordedProvider,
    name,
    price: recordedPrice,
    complete: async (request, signal) => {
      const saying = answer(request);
      if (saying.kind === "says_after") await untilOpen(join(gateFolder, saying.gate), signal);
      if (saying.kind === "says_when_back") assertReachable(join(gateFolder, saying.gate));
      return toReply(saying.text);
    },
  };
}

async function untilOpen(gate: string, signal: AbortSignal): Promise<void> {
  while (!existsSync(gate)) await sleep(20, null, { signal });
}

function assertReachable(gate: string): void {
  if (existsSync(gate)) return;
  throw new AasError("provider_unavailable", "The author is not at home.", { retryable: true });
}

function toReply(text: string): ModelReply {
  return { text, finish: "stop", usage: plainTokens(1_000, 500), model: name };
}

function analysisReplies(): Replies {
  const requests = plannedTasks.map(({ goal, ...task }) => {
    const parsed = parseTaskPlan(JSON.stringify({ tasks: [task] }));
    const [planned] = parsed.kind === "parsed" ? parsed.plan.tasks : [];
    return analysisRequest(prompts, goal, sampleTask({ ...planned, id: sampleTask().id, dependsOn: [] }));
  });
  const entries = requests.map(
    (request) => [hashRequest(request), toRecordedReply(request, toReply(answer(request).text))] as const,
  );
  return { model: name, byHash: new Map(entries) };
}
