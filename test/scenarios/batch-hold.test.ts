import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readJournal } from "../../src/adapters/recorded-model/batch-journal.ts";
import { AasError } from "../../src/domain/errors.ts";
import type { RunId, TaskKey } from "../../src/domain/ids.ts";
import type { Run } from "../../src/domain/run.ts";
import { releaseRun } from "../../src/pipeline/control/release-run.ts";
import { pauseRun, resumeRun } from "../../src/pipeline/control/steer-run.ts";
import {
  type AnalysisSubmission,
  chooseForAnalysis,
  submitAnalyses,
} from "../../src/pipeline/control/submit-analyses.ts";
import { listNeedsYou } from "../../src/pipeline/queries/needs-you.ts";
import type { BatchProvider } from "../../src/ports/batch-provider.ts";
import { temporaryFolder } from "../../src/testing/git-fixtures.ts";
import { addWord, providerOf } from "./support/analysing.ts";
import { step } from "./support/plan-of.ts";
import { given, type Story } from "./support/word-book.ts";

const goal = "Analyse AAS-1, AAS-2";
const plan = [step("one"), step("two")];
const holding = { analysisEnabled: true, batchEnabled: true, batchPollMs: 200, holdAfterWait: true };
let folder: ReturnType<typeof temporaryFolder>;

beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

/** A story with a board and a provider that has analyses of both words. */
async function openBoard(
  options: { readonly looks?: number; readonly holdAfterWait?: boolean } = {},
): Promise<Story> {
  const batchProvider: BatchProvider = providerOf(goal, ["one", "two"], {
    journalFile: journalFile(),
    looks: options.looks ?? 1,
  });
  const policy = { ...holding, holdAfterWait: options.holdAfterWait ?? true, runTimeoutMs: 1e9 };
  return given({ plan, policy, deps: { batchProvider } });
}

function journalFile(): string {
  return join(folder.path, "provider.jsonl");
}

async function batchesCreated(): Promise<number> {
  return (await readJournal(journalFile())).filter(({ type }) => type === "batch_created").length;
}

function submit(story: Story, keys: readonly TaskKey[] | null): Promise<AnalysisSubmission> {
  return submitAnalyses({ ...story.deps, ...story.person }, wishOf(story, keys));
}

function wishOf(story: Story, keys: readonly TaskKey[] | null): Parameters<typeof submitAnalyses>[1] {
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

async function submitNew(story: Story): Promise<Run> {
  const submission = await submit(story, null);
  if (submission.kind !== "submitted") throw new Error(`It was ${submission.kind}`);
  return submission.run;
}

function buildsOf({ model }: Story): number {
  return model.requests.filter(({ purpose }) => purpose === "build").length;
}

test("new tasks of the board are analysed in one batch, held, and built when a person says so", async () => {
  await using story = await openBoard();
  await addWord(story, "one");
  await addWord(story, "two");
  const submitted = await submitNew(story);

  const held = await story.settle(submitted.id);

  expect([submitted.goal, submitted.source]).toEqual([goal, { kind: "tasks", keys: ["AAS-1", "AAS-2"] }]);
  expect(held.state).toEqual({ status: "paused", stage: "implement", reason: "person" });
  expect([await batchesCreated(), buildsOf(story)]).toEqual([1, 0]);
  expect(await listNeedsYou(story.deps, story.projectId)).toMatchObject([
    { what: "The analyses are back.", command: `aas batch implement ${held.id}` },
  ]);

  await releaseRun(story.person, held);
  const ended = await story.settle(held.id);

  expect(ended.state).toEqual({ status: "completed", outcome: "full" });
  expect([await batchesCreated(), buildsOf(story)]).toEqual([1, 2]);
});

test("a run that does not hold builds as soon as its analyses are back", async () => {
  await using story = await openBoard({ holdAfterWait: false });
  await addWord(story, "one");
  await addWord(story, "two");

  const ended = await story.settle((await submitNew(story)).id);

  expect([ended.state, buildsOf(story)]).toEqual([{ status: "completed", outcome: "full" }, 2]);
});

test("going on before the analyses are back does not let the run go", async () => {
  await using story = await openBoard({ looks: 3 });
  await addWord(story, "one");
  await addWord(story, "two");
  const { id } = await submitNew(story);
  await story.until(id, ({ run }) => run.state.status === "running" && run.state.stage === "wait");

  await pauseRun(story.person, id);
  await resumeRun(story.person, id);
  const held = await story.settle(id);

  expect(held.state).toEqual({ status: "paused", stage: "implement", reason: "person" });
  expect(buildsOf(story)).toBe(0);
});

describe("a run is not told to build", () => {
  async function refusalOf(story: Story, id: RunId): Promise<readonly [string, string | null]> {
    const refused: unknown = await releaseRun(story.person, await story.deps.db.runs.get(id)).catch(
      (error: unknown) => error,
    );
    if (!(refused instanceof AasError)) throw new Error("It was not refused");
    return [`${refused.code} ${refused.message}`, refused.cure];
  }

  test("while its analyses are not back", async () => {
    await using story = await openBoard({ looks: 1_000_000 });
    await addWord(story, "one");
    const { id } = await submitNew(story);
    await story.until(id, ({ run }) => run.state.status === "running" && run.state.stage === "wait");

    expect(await refusalOf(story, id)).toEqual([
      `conflict Run ${id} is running(wait): its analyses are not back yet.`,
      `aas batch status ${id}`,
    ]);
  });

  test("twice, or when it has ended", async () => {
    await using story = await openBoard();
    await addWord(story, "one");
    const { id } = await submitNew(story);
    await releaseRun(story.person, await story.settle(id));

    expect(await refusalOf(story, id)).toEqual([
      `conflict Run ${id} is running(implement): it was told to build already.`,
      `aas automate status ${id}`,
    ]);
    await story.settle(id);
    expect((await refusalOf(story, id))[0]).toBe(
      `conflict Run ${id} is completed(full): nothing waits in it.`,
    );
  });

  test("when it holds nothing back", async () => {
    await using story = await openBoard({ holdAfterWait: false });
    await addWord(story, "one");
    const { id } = await submitNew(story);

    expect((await refusalOf(story, id))[0]).toBe(
      `conflict Run ${id} is queued and holds nothing back: it builds by itself.`,
    );
  });
});

describe("nothing is submitted twice", () => {
  test("not by a second look, not by two looks at once, and not after the run has ended", async () => {
    await using story = await openBoard();
    await addWord(story, "one");
    await addWord(story, "two");

    const looks = await Promise.all([submit(story, null), submit(story, null), submit(story, null)]);
    const again = await submit(story, null);

    const runs = looks.flatMap((look) => (look.kind === "submitted" ? [look.run] : []));
    expect([runs.length, again.kind]).toEqual([1, "nothing_new"]);
    for (const { id } of runs) {
      await releaseRun(story.person, await story.settle(id));
      await story.settle(id);
    }
    expect((await submit(story, null)).kind).toBe("nothing_new");
    expect(await batchesCreated()).toBe(1);
  });

  test("a task that came later goes out alone", async () => {
    await using story = await openBoard();
    await addWord(story, "one");
    await submitNew(story);
    const later = await addWord(story, "two");

    expect((await submitNew(story)).source).toEqual({ kind: "tasks", keys: [later.key] });
  });

  test("a task that waits for another one is not new before that is done", async () => {
    await using story = await openBoard();
    const first = await addWord(story, "one");
    const second = await addWord(story, "two", { dependsOn: [first.key] });

    const choice = await chooseForAnalysis(story.deps.db, wishOf(story, null));

    expect(choice.tasks.map((task) => task.key)).toEqual([first.key]);
    await expect(submit(story, [second.key])).rejects.toMatchObject({
      code: "conflict",
      message: `${second.key} waits for ${first.key}, which is not done.`,
      cure: `Name it too: aas batch submit ${first.key} ${second.key}`,
    });
    const both = await submit(story, [second.key, first.key]);
    expect(both).toMatchObject({ kind: "submitted", run: { source: { keys: [second.key, first.key] } } });
  });

  test("a task that a run has is refused by name, before and after it was analysed", async () => {
    await using story = await openBoard();
    const { key } = await addWord(story, "one");
    await addWord(story, "two");
    const { id } = await submitNew(story);

    await expect(submit(story, [key])).rejects.toMatchObject({
      message: `${key} is worked on by ${id}.`,
      cure: `aas batch status ${id}`,
    });
    await story.settle(id);
    await expect(submit(story, [key])).rejects.toMatchObject({ message: `${key} is worked on by ${id}.` });
  });
});

test("a task that nothing would prove is left out and named, and refused when a person names it", async () => {
  await using story = await openBoard();
  const { key } = await addWord(story, "one");
  const unproven = { ...wishOf(story, null), policy: story.policy({ checks: [] }) };

  const choice = await chooseForAnalysis(story.deps.db, unproven);

  expect([choice.tasks, choice.unproven.map((task) => task.key)]).toEqual([[], [key]]);
  await expect(chooseForAnalysis(story.deps.db, { ...unproven, keys: [key] })).rejects.toMatchObject({
    code: "no_checks",
  });
});

describe("the results of a settled batch", () => {
  test("stand in a file, a line for each task, and again when the file is gone", async () => {
    await using story = await openBoard();
    await addWord(story, "one");
    await addWord(story, "two");
    const { id } = await submitNew(story);
    await story.settle(id);
    const [batch] = await story.deps.db.batches.listOfRun(id);
    const file = join(story.batchResultsFolder, `${batch?.id}.jsonl`);
    const isThere = (): boolean => listOf(story).includes(`${batch?.id}.jsonl`);
    await story.until(id, isThere);
    const text = readFileSync(file, "utf8");

    rmSync(file);
    await story.until(id, isThere);

    expect(readFileSync(file, "utf8")).toBe(text);
    expect(listOf(story)).toEqual([`${batch?.id}.jsonl`]);
    const lines = text.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject(
      ["one", "two"].map((word, index) => ({
        taskKey: `AAS-${index + 1}`,
        customId: batch?.items[index]?.customId,
        status: "ok",
        message: "",
        raw: expect.stringContaining(`find ${word}`),
        parsed: { complexity: "low", firstStep: `find ${word}` },
      })),
    );
  });

  test("stop no run while their folder cannot be made, and are written when it can", async () => {
    await using story = await openBoard();
    await addWord(story, "one");
    const { id } = await submitNew(story);
    const inTheWay = dirname(story.batchResultsFolder);
    writeFileSync(inTheWay, "");

    expect((await story.settle(id)).state.status).toBe("paused");

    expect(listOf(story)).toEqual([]);
    rmSync(inTheWay);
    await story.until(id, () => listOf(story).length === 1);
  });

  function listOf(story: Story): readonly string[] {
    try {
      return readdirSync(story.batchResultsFolder);
    } catch {
      return [];
    }
  }
});

test("a batch that takes longer than an hour is told once, however often it is looked at", async () => {
  await using story = await openBoard({ looks: 1_000_000 });
  await addWord(story, "one");
  const { id } = await submitNew(story);
  await story.until(id, async () => (await batchesCreated()) === 1);
  const looks = async (): Promise<number> =>
    (await readJournal(journalFile())).filter(({ type }) => type === "polled").length;

  story.clock.putForward(2 * 3_600_000);
  const before = await looks();
  await story.until(id, async () => (await looks()) > before + 3);

  const [batch] = await story.deps.db.batches.listOfRun(id);
  const told = (await story.deps.db.events.listOfRun(id)).filter(({ type }) => type === "batch.delayed");
  expect(told).toMatchObject([{ subject: batch?.id, details: { done: 0, total: 1 } }]);
});
