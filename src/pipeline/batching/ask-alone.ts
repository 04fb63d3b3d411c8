import type { OverBudget } from "../../domain/money/budget.ts";
import { isAasError } from "../../domain/errors.ts";
import { type RequestOutcome, statusOfAnswer } from "../../domain/batching/request-outcome.ts";
import type { Run } from "../../domain/run.ts";
import type { ModelReply } from "../../ports/model.ts";
import { askModel, type AskModelDeps, findAnswer } from "../paying/ask-model.ts";
import { analysisRequest } from "../prompting/requests.ts";
import { readAnalysis } from "../reading/read-analysis.ts";
import type { Prompts } from "../prompting/prompts.ts";
import { makeEvent, type RecordingDeps } from "../recording/make-event.ts";
import { customIdOf, type TaskRequest } from "./read-requests.ts";

export type AskedAlone = { readonly kind: "asked" } | OverBudget;

/** One request by a call of its own, at the ordinary price. Asked again after a crash, it reads what was answered. */
export async function askAlone(
  deps: AskModelDeps & { readonly prompts: Prompts },
  run: Run,
  { task, number, step }: TaskRequest,
  signal: AbortSignal,
): Promise<AskedAlone> {
  if (step.kind !== "ask_alone") return { kind: "asked" };
  const customId = customIdOf(task, number);
  const request = analysisRequest(deps.prompts, run.goal, task, step.roomFactor);
  try {
    const answer = await askModel(deps, run, { key: customId, request }, signal);
    if (answer.kind === "over_budget") return answer;
    await keepAnswer(deps, run, { customId, taskKey: task.key }, answer.reply);
  } catch (error) {
    if (!isAasError(error, "provider_refused")) throw error;
    const fate = { status: "invalid_request", message: error.message } as const;
    await keepOutcome(deps, run, { customId, taskKey: task.key, ...fate });
  }
  return { kind: "asked" };
}

/** The answer to a call whose process died before it told what came of it; where there is none, nothing changes. */
export async function keepStoredAnswer(
  deps: RecordingDeps,
  run: Run,
  { customId, taskKey }: Asked,
): Promise<void> {
  const reply = await findAnswer(deps, customId);
  if (reply !== null) await keepAnswer(deps, run, { customId, taskKey }, reply);
}

interface Asked {
  readonly customId: string;
  readonly taskKey: TaskRequest["task"]["key"];
}

async function keepAnswer(deps: RecordingDeps, run: Run, asked: Asked, reply: ModelReply): Promise<void> {
  const parsed = readAnalysis(reply.text, reply.finish);
  const analysis = { ...asked, runId: run.id, raw: reply.text, parsed, createdAt: deps.clock.now() };
  await deps.db.batches.insertAnalyses([analysis]);
  const status = statusOfAnswer(reply.finish, parsed.reading.rung !== "unreadable");
  await keepOutcome(deps, run, { ...asked, status, message: "" });
}

async function keepOutcome(
  deps: RecordingDeps,
  run: Run,
  fate: Asked & Pick<RequestOutcome, "status" | "message">,
): Promise<void> {
  const outcome = { ...fate, runId: run.id, batchId: null, createdAt: deps.clock.now() };
  await deps.db.transaction(async (stores) => {
    await stores.batches.insertOutcomes([outcome]);
    await stores.events.append([
      makeEvent(deps, {
        projectId: run.projectId,
        runId: run.id,
        type: "request.answered",
        subject: fate.taskKey,
        to: fate.status,
        reason: fate.message === "" ? null : fate.message,
        details: { customId: fate.customId },
      }),
    ]);
    return true;
  });
}
