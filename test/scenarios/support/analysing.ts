import { RecordedBatchProvider } from "../../../src/adapters/recorded-model/recorded-batch-provider.ts";
import { hashRequest, toRecordedReply } from "../../../src/adapters/recorded-model/replies.ts";
import { systemClock } from "../../../src/adapters/system/system-clock.ts";
import { readPrompts } from "../../../src/app/read-prompts.ts";
import type { TaskKey } from "../../../src/domain/ids.ts";
import { plainTokens } from "../../../src/domain/money/price.ts";
import type { Task } from "../../../src/domain/task.ts";
import { addTask } from "../../../src/pipeline/control/add-task.ts";
import { analysisRequest } from "../../../src/pipeline/prompting/requests.ts";
import type { BatchProvider } from "../../../src/ports/batch-provider.ts";
import { sampleTask } from "../../../src/testing/samples.ts";
import type { Scenario } from "../../../src/testing/scenario.ts";
import { titleOfStep } from "./word-book.ts";

const prompts = await readPrompts();

/** A provider that knows the analyses of these words, asked for by one goal; it is done after so many looks. */
export function providerOf(
  goal: string,
  ids: readonly string[],
  given: { readonly journalFile: string; readonly looks?: number; readonly text?: string },
): BatchProvider {
  const replies = ids.map((id) => {
    const request = analysisRequest(prompts, goal, taskOf(id));
    const usual = JSON.stringify({ complexity: "low", blockers: [], firstStep: `find ${id}`, steps: [] });
    const reply = toRecordedReply(request, {
      text: given.text ?? usual,
      finish: "stop",
      usage: plainTokens(100, 50),
      model: null,
    });
    return [hashRequest(request), reply] as const;
  });
  return new RecordedBatchProvider({
    replies: { model: "recorded-1", byHash: new Map(replies) },
    journalFile: given.journalFile,
    clock: systemClock,
    pendingFor: { kind: "looks", count: given.looks ?? 1 },
  });
}

function taskOf(id: string): Task {
  return sampleTask({ title: titleOfStep(id), description: "", files: [`words/${id}.txt`], acceptance: [] });
}

/** Puts a task on the board that writes this word. */
export async function addWord(
  { person, deps, projectId }: Scenario,
  id: string,
  given: { readonly dependsOn?: readonly TaskKey[] } = {},
): Promise<Task> {
  const { title, description, priority, files, acceptance } = taskOf(id);
  const project = await deps.db.projects.find(projectId);
  if (project === null) throw new TypeError("A scenario has a project");
  const wanted = { title, description, priority, files, acceptance, dependsOn: given.dependsOn ?? [] };
  return addTask(person, project, wanted, "AAS");
}
