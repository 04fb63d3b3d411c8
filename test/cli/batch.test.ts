import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OpenedProject } from "../../src/app/project/open-project.ts";
import { makeId, toTaskKey } from "../../src/domain/ids.ts";
import { modelCure } from "../../src/domain/model-cure.ts";
import { sampleTask } from "../../src/testing/samples.ts";
import { openCommandLine } from "./command-line.ts";
import { tellAnalysedRun } from "./tell-batches.ts";

const line = openCommandLine();
const shop = line.setUpRepository("shop");
const empty = line.setUpRepository("empty");

beforeAll(async () => {
  await using project = await line.openProject(shop);
  await tellAnalysedRun(project);
});

afterAll(() => line.close());

function aas(...args: readonly string[]): ReturnType<typeof line.runJson> {
  return line.runJson(["batch", ...args], { cwd: shop.folder });
}

async function textOf(...args: readonly string[]): Promise<string> {
  const { code, stdout } = await line.run(["batch", ...args], { cwd: shop.folder });
  expect(code).toBe(0);
  return stdout;
}

describe("aas batch status", () => {
  test("lists batches, newest first, with their state, their items by outcome and what they cost", async () => {
    const { document } = await aas("status");
    const text = await textOf("status");

    expect(document.result.batches).toMatchObject([
      { id: "bat_late", status: "submitted", providerRef: "batch_late", isDelayed: true, lookEveryMs: null },
      { id: "bat_done", status: "completed", settledMicroUsd: 300, reservedMicroUsd: 0 },
      { id: "bat_refused", status: "failed", trouble: "busy", reason: "The queue is full." },
    ]);
    expect(text).toContain("bat_late  delayed     1 waiting · ");
    expect(text).toContain("bat_done  completed   1 ok, 1 refused · ");
    expect(text).toContain("$0.000000 settled, $0.008000 reserved · openai batch_late");
  });

  test("shows the batches of one run, and one batch in full", async () => {
    const ofRun = await aas("status", "run_analysed");
    const one = await aas("status", "bat_done");
    const text = await textOf("status", "bat_late");

    expect(ofRun.document.result.batches).toHaveLength(3);
    expect(one.document.result).toMatchObject({
      id: "bat_done",
      runId: "run_analysed",
      outcomes: { ok: 1, refused: 1 },
      items: [
        { taskKey: "SHOP-1", status: "ok" },
        { taskKey: "SHOP-2", status: "refused", message: "It would not." },
      ],
    });
    expect(text).toContain("next look  none: the run is paused(wait, person)");
    expect(text).toContain("Next  aas batch results bat_late");
  });

  test("finds a batch by a part of its id that no other shares", async () => {
    expect((await aas("status", "bat_don")).document.result.id).toBe("bat_done");
  });

  test("says so when there are none", async () => {
    const { stdout } = await line.run(["batch", "status"], { cwd: empty.folder });

    expect(stdout).toBe("No batches yet. Have tasks analysed: aas batch submit\n");
  });
});

describe("aas batch results", () => {
  test("tells each task's outcome and what its analysis says, and how it was read", async () => {
    const text = await textOf("results", "bat_done");
    const { document } = await aas("results", "bat_done");

    expect(text).toContain("SHOP-1  ok\n  complexity  low\n  priority    raise to high\n");
    expect(text).toContain("  first step  Read src/todo.ts\n  steps       1. Add the field\n");
    expect(text).toContain(
      "read as     labels, confidence 0.42; missing: blockers; complexity said as low and medium",
    );
    expect(text).toContain("SHOP-2  refused  It would not.");
    expect(document.result).toMatchObject({
      runId: "run_analysed",
      batchId: "bat_done",
      items: [
        { taskKey: "SHOP-1", analysis: { complexity: "low" }, raw: "Complexity: low" },
        { taskKey: "SHOP-2", analysis: null, raw: null },
      ],
    });
  });

  test("of a run are the last word about each task, also of those that were asked about alone", async () => {
    const { document } = await aas("results", "run_analysed");

    expect(document.result).toMatchObject({
      batchId: null,
      items: [
        { taskKey: "SHOP-1", status: "ok" },
        { taskKey: "SHOP-2", status: "ok", raw: "Complexity: high" },
        { taskKey: "SHOP-3", status: "waiting" },
      ],
    });
  });

  test("--raw prints the answer as it came, and nothing else", async () => {
    expect(await textOf("results", "bat_done", "--raw")).toBe("Complexity: low\n");
    expect(await textOf("results", "run_analysed", "--raw")).toBe(
      "--- SHOP-1\nComplexity: low\n--- SHOP-2\nComplexity: high\n",
    );
  });
});

test.each([
  [["status", "bat_nobody"], 'No batch has this id: "bat_nobody".', "aas batch status"],
  [["status", "bat_"], 'No batch has this id: "bat_".', "aas batch status"],
  [["results", "run_nobody"], 'No run has this id: "run_nobody".', "aas automate list"],
  [["implement", "bat_nobody"], 'No batch has this id: "bat_nobody".', "aas batch status"],
  [["status", "run_plain"], "Run run_plain has no batches.", "aas automate status run_plain"],
  [["results", "run_plain"], "Run run_plain has asked about no task.", "aas automate status run_plain"],
  [["submit", "shop1"], 'A task: "shop1" is not a key of a task.', "Keys look like AAS-12"],
])("%j is refused with a cure", async (args, message, cure) => {
  const { code, document } = await aas(...args);

  expect([code, document.error?.message]).toEqual([2, message]);
  expect(document.error?.fix).toContain(cure);
});

test("a run whose analyses are not back cannot be told to build", async () => {
  const { code, document } = await aas("implement", "bat_late");

  expect([code, document.error]).toEqual([
    9,
    {
      code: "conflict",
      message: "Run run_analysed is paused(wait, person): its analyses are not back yet.",
      fix: "aas batch status run_analysed",
      retryable: false,
    },
  ]);
});

test("without a model nothing is sent, and nobody waits for what never comes", async () => {
  await using project = await line.openProject(empty);
  await addFreeTask(project);

  for (const args of [["submit"], ["submit", "--dry-run"], ["watch", "--once"]]) {
    const { code, document } = await line.runJson(["batch", ...args], { cwd: empty.folder });
    expect([code, document.error?.code, document.error?.fix]).toEqual([3, "no_model", modelCure]);
  }
  expect(await project.db.runs.list(project.home.id, {})).toEqual([]);
});

async function addFreeTask({ db, home, clock }: OpenedProject): Promise<void> {
  await db.projects.insert({ id: home.id, name: home.name, repository: home.root, createdAt: clock.now() });
  await db.tasks.insert(
    sampleTask({ id: makeId("tsk", "free"), key: toTaskKey("FREE-1"), projectId: home.id, runId: null }),
  );
}
