import { join } from "node:path";
import { readJournal } from "../../../src/adapters/recorded-model/batch-journal.ts";
import type { TaskKey } from "../../../src/domain/ids.ts";
import type { Run } from "../../../src/domain/run.ts";
import {
  type AnalysisRequest,
  type AnalysisSubmission,
  submitAnalyses,
} from "../../../src/pipeline/control/submit-analyses.ts";
import { temporaryFolder } from "../../../src/testing/git-fixtures.ts";
import { providerOf } from "./analysing.ts";
import { step } from "./plan-of.ts";
import { given, type Story } from "./word-book.ts";

/** What a run is called that analyses both words. */
export const goal = "Analyse AAS-1, AAS-2";

const plan = [step("one"), step("two")];
const holding = { analysisEnabled: true, batchEnabled: true, batchPollMs: 200, holdAfterWait: true };

/** A story with a board and a provider that has analyses of both words. */
export interface BatchBoard extends Story {
  /** What the provider was asked for. */
  readonly journalFile: string;
}

export async function openBoard(
  options: { readonly looks?: number; readonly holdAfterWait?: boolean } = {},
): Promise<BatchBoard> {
  const folder = temporaryFolder();
  const journalFile = join(folder.path, "provider.jsonl");
  const batchProvider = providerOf(goal, ["one", "two"], { journalFile, looks: options.looks ?? 1 });
  const policy = { ...holding, holdAfterWait: options.holdAfterWait ?? true, runTimeoutMs: 1e9 };
  const story = await given({ plan, policy, deps: { batchProvider } });
  return {
    ...story,
    journalFile,
    [Symbol.asyncDispose]: async () => {
      await story[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

export async function batchesCreated({ journalFile }: BatchBoard): Promise<number> {
  return (await readJournal(journalFile)).filter(({ type }) => type === "batch_created").length;
}

export function submit(story: Story, keys: readonly TaskKey[] | null): Promise<AnalysisSubmission> {
  return submitAnalyses({ ...story.deps, ...story.person }, wishOf(story, keys));
}

export function wishOf(story: Story, keys: readonly TaskKey[] | null): AnalysisRequest {
  return {
    projectId: story.projectId,
    keys,
    priority: "medium",
    assignee: null,
    policy: story.policy(),
    baseBranch: "main",
    metadata: {},
  };
}

export async function submitNew(story: Story): Promise<Run> {
  const submission = await submit(story, null);
  if (submission.kind !== "submitted") throw new Error(`It was ${submission.kind}`);
  return submission.run;
}
