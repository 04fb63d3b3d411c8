import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeMarkdownBoard } from "../../src/adapters/markdown-board/markdown-board.ts";
import { composePlanners } from "../../src/app/composing/compose-planners.ts";
import { AasError } from "../../src/domain/errors.ts";
import { makeId, toTaskKey } from "../../src/domain/ids.ts";
import { plainPrice } from "../../src/domain/money/price.ts";
import type { Task } from "../../src/domain/task.ts";
import { driveRuns } from "../../src/pipeline/driving/drive-runs.ts";
import { cancelRun, pauseRun } from "../../src/pipeline/control/steer-run.ts";
import type { SplitDeps } from "../../src/pipeline/splitting/split-request.ts";
import { type Split, splitTask } from "../../src/pipeline/splitting/split-task.ts";
import type { ModelReply } from "../../src/ports/model.ts";
import { sampleTask } from "../../src/testing/samples.ts";
import { temporaryFolder } from "../../src/testing/git-fixtures.ts";
import { planOf, step } from "./support/plan-of.ts";
import { scenarioAdmission } from "../../src/testing/drive-scenario.ts";
import { given, type Story, type StoryOptions, word } from "./support/word-book.ts";

const key = toTaskKey("AAS-211");
const three = planOf(step("one"), step("two", { after: ["one"] }), step("three", { after: ["one"] }));

/** A word book with AAS-211 and what waits for it on a board in a folder. */
async function openBoard(options: StoryOptions): Promise<AsyncDisposable & Board> {
  const folder = temporaryFolder();
  const file = join(folder.path, "ACTIVE_TASKS.md");
  let last: string | null = null;
  const board = makeMarkdownBoard({
    file,
    readLast: async () => last,
    writeLast: async (text) => {
      last = text;
    },
  });
  const story = await given(options);
  const whole = boardTask(211, {
    title: "Write words",
    description: "All of them.",
    dependsOn: [toTaskKey("AAS-7")],
  });
  for (const task of [boardTask(7), whole, boardTask(212, { dependsOn: [key] })])
    await story.deps.db.tasks.insert(task);
  return {
    story,
    deps: { ...story.deps, leases: story.deps.db.leases, actor: "person:ada", board },
    rowOf: (of) => {
      const lines = readFileSync(file, "utf8").split("\n");
      const row = lines.find((line) => line.startsWith(`| ${of} `));
      return row?.split("|").map((cell) => cell.trim()) ?? [];
    },
    [Symbol.asyncDispose]: async () => {
      await story[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

interface Board {
  readonly story: Story;
  readonly deps: SplitDeps;
  /** The cells of a row of the board. */
  readonly rowOf: (key: string) => readonly string[];
}

function boardTask(number: number, overrides: Partial<Task> = {}): Task {
  return sampleTask({
    id: makeId("tsk", `board${number}`),
    key: toTaskKey(`AAS-${number}`),
    projectId: makeId("prj", "scenario"),
    runId: null,
    title: `Task ${number}`,
    description: "",
    files: [],
    acceptance: [["sh", "check.sh"]],
    ...overrides,
  });
}

function split({ story, deps }: Board, of = key): Promise<Split> {
  const request = { projectId: story.projectId, key: of, policy: story.policy(), baseBranch: "main" };
  return splitTask(deps, request, AbortSignal.timeout(30_000));
}

async function tasksOf({ story }: Board): Promise<Readonly<Record<string, readonly string[]>>> {
  const tasks = await story.deps.db.tasks.list(story.projectId);
  return Object.fromEntries(tasks.map((task) => [task.key, task.dependsOn]));
}

test("one person at two terminals splits a task once, and pays once", async () => {
  await using board = await openBoard({ plan: [three] });

  const ends = await Promise.allSettled([split(board), split(board)]);

  expect(ends.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  expect(ends.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "conflict" } });
  expect(board.story.model.requests.length).toBe(1);
});

describe("a task that is split", () => {
  test("waits for its parts, which name it and wait for what it waited for; the board shows it", async () => {
    await using board = await openBoard({ plan: [three] });

    const { run, parent, parts } = await split(board);

    expect(parts.map((part) => [part.key, part.parent, part.dependsOn, part.runId])).toEqual([
      ["AAS-211-1", key, ["AAS-7"], null],
      ["AAS-211-2", key, ["AAS-211-1"], null],
      ["AAS-211-3", key, ["AAS-211-1"], null],
    ]);
    expect(parent.dependsOn).toEqual(["AAS-211-2", "AAS-211-3"]);
    expect(await tasksOf(board)).toEqual({
      "AAS-7": [],
      "AAS-211": ["AAS-211-2", "AAS-211-3"],
      "AAS-211-1": ["AAS-7"],
      "AAS-211-2": ["AAS-211-1"],
      "AAS-211-3": ["AAS-211-1"],
      "AAS-212": ["AAS-211"],
    });
    expect(board.rowOf("AAS-211")).toEqual(expect.arrayContaining(["AAS-211-2, AAS-211-3", "Blocked"]));
    expect(board.rowOf("AAS-211-2")).toEqual(expect.arrayContaining(["Write two", "AAS-211-1"]));
    expect(run).toMatchObject({
      state: { status: "completed", outcome: "full" },
      source: { kind: "split", key },
    });
  });

  test("is told to the model whole, and not as a task that is planned already", async () => {
    await using board = await openBoard({ plan: [three] });

    await split(board);

    const [asked] = board.story.model.requests;
    expect(board.story.model.requests.length).toBe(1);
    expect(asked?.prompt).toContain("## Goal\nWrite words\n");
    expect(asked?.prompt).toContain("This is the task AAS-211.");
    expect(asked?.prompt).toContain("All of them.");
    expect(asked?.prompt).toContain("It is done when these pass: sh check.sh");
    expect(asked?.prompt).toMatch(/## Open tasks\nAAS-7 Task 7\nAAS-212 Task 212\n/u);
  });

  test("has parts that a run builds, and is built itself when they have landed, not before", async () => {
    const answers = { one: [word("one")], two: [word("two")], words: [word("words")] };
    await using board = await openBoard({
      plan: [planOf(step("one"), step("two", { after: ["one"] }))],
      answers,
    });
    const { story } = board;
    await split(board);
    await finish(story, "AAS-7");

    const early = await story.settle((await story.start("Finish it", named("AAS-211"))).id);
    await cancelRun(story.person, early.id);
    const built = await story.settle(
      (await story.start("Build the parts", named("AAS-211-1", "AAS-211-2"))).id,
    );
    const whole = await story.settle((await story.start("Finish it", named("AAS-211"))).id);

    expect(early.state).toMatchObject({ status: "paused", reason: "needs_plan" });
    expect(built.state).toEqual({ status: "completed", outcome: "full" });
    expect(whole.state).toEqual({ status: "completed", outcome: "full" });
  });

  test("costs what its run says, which no worker drives and nobody pauses", async () => {
    await using board = await openBoard({ plan: ["No.", three], price: plainPrice(1_000_000, 1_000_000) });
    const { story } = board;

    const { run } = await split(board);

    const usages = await story.deps.db.usage.listOfRun(run.id);
    expect(usages.map(({ purpose, promptVersion, state }) => [purpose, promptVersion, state.status])).toEqual(
      [
        ["decompose", story.deps.prompts.plan.version, "settled"],
        ["decompose", story.deps.prompts.plan.version, "settled"],
      ],
    );
    await expect(pauseRun(story.person, run.id)).rejects.toMatchObject({ code: "conflict" });
    expect(await driveRuns(story.deps, { ...scenarioAdmission, projectId: story.projectId })).toBe(0);
  });
});

describe("a task is left as it is", () => {
  const longAnswer: ModelReply = { text: three, finish: "length", usage: null, model: null };

  test.each<[string, StoryOptions["plan"], string]>([
    ["the model answers prose", ["I would rather not."], "no JSON object"],
    [
      "the parts wait for each other",
      [planOf(step("a", { after: ["b"] }), step("b", { after: ["a"] }))],
      "wait for each other",
    ],
    ["the answer is cut off", [longAnswer], "cut off"],
    ["a part leaves the repository", [planOf(step("a", { files: ["../a.txt"] }))], "leaves its folder"],
    ["a part is told over several lines", [planOf(step("a\u0007"))], "one line"],
    ["there are no parts", [planOf()], "no tasks"],
    [
      "there are too many parts",
      [planOf(...[...Array(501).keys()].map((index) => step(`s${index}`)))],
      "at most 500",
    ],
  ])("when %s, three times over", async (_name, plan, complaint) => {
    await using board = await openBoard({ plan });
    const before = await tasksOf(board);

    await expect(split(board)).rejects.toMatchObject({
      code: "plan_invalid",
      message: expect.stringContaining(complaint) as string,
    });

    const [run] = await board.story.deps.db.runs.list(board.story.projectId, {});
    expect(await tasksOf(board)).toEqual(before);
    expect(board.story.model.requests.length).toBe(3);
    expect(run?.state).toEqual({ status: "canceled" });
  });

  test("when there is no money for the question", async () => {
    await using board = await openBoard({
      plan: [three],
      price: plainPrice(1_000_000_000, 1_000_000_000),
      policy: { budgetLimitMicroUsd: 1 },
    });

    await expect(split(board)).rejects.toMatchObject({ code: "over_budget" });

    expect(board.story.model.requests).toEqual([]);
    expect((await tasksOf(board))["AAS-211"]).toEqual(["AAS-7"]);
  });

  test("when it has parts, is not there, or is done", async () => {
    await using board = await openBoard({ plan: [three] });
    const commit = board.story.repository.head();
    await board.story.deps.db.tasks.insert(boardTask(9, { state: { status: "done", commit } }));
    await split(board);

    await expect(split(board)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("AAS-211-3") as string,
    });
    await expect(split(board, toTaskKey("AAS-999"))).rejects.toMatchObject({ code: "not_found" });
    await expect(split(board, toTaskKey("AAS-9"))).rejects.toMatchObject({ code: "conflict" });
    expect((await split(board, toTaskKey("AAS-211-2"))).parts.map((part) => part.key)).toEqual([
      "AAS-211-2-1",
      "AAS-211-2-2",
      "AAS-211-2-3",
    ]);
  });
});

test("a command that died is gone on with, and what it paid for is not paid again", async () => {
  const outage = new AasError("provider_unavailable", "The line is dead.", { retryable: true });
  await using board = await openBoard({ plan: ["No.", outage, three] });

  await expect(split(board)).rejects.toMatchObject({ code: "provider_unavailable" });
  const { run, parts } = await split(board);

  expect(parts.length).toBe(3);
  expect(board.story.model.requests.length).toBe(3);
  const runs = await board.story.deps.db.runs.list(board.story.projectId, {});
  expect(runs.map(({ id }) => id)).toEqual([run.id]);
});

test("two commands at once make the parts once", async () => {
  await using board = await openBoard({ plan: [three] });

  const ends = await Promise.allSettled([
    split(board),
    split({ ...board, deps: { ...board.deps, actor: "person:bob" } }),
  ]);

  expect(ends.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  expect(Object.keys(await tasksOf(board)).filter((each) => each.startsWith("AAS-211-"))).toHaveLength(3);
});

test("a blueprint that fits the title makes its part for nothing, though a model is there", async () => {
  await using board = await openBoard({ plan: [three] });
  const { story } = board;
  const planners = await composePlanners(story.deps.prompts, () =>
    Promise.reject(new Error("It was asked.")),
  );
  const plugin = boardTask(50, { title: "Create a hello world plugin" });
  await story.deps.db.tasks.insert(plugin);

  const { parts } = await split({ ...board, deps: { ...board.deps, planners } }, plugin.key);

  expect(parts.map(({ key: of, builder }) => [of, builder.kind])).toEqual([["AAS-50-1", "blueprint"]]);
  expect(story.model.requests).toEqual([]);
});

/** What others wait for is done: its commit is on the base. */
async function finish(story: Story, of: string): Promise<void> {
  const task = await story.deps.db.tasks.findByKey(story.projectId, toTaskKey(of));
  if (task === null) throw new Error(of);
  await story.deps.db.tasks.replace({ ...task, state: { status: "done", commit: story.repository.head() } });
}

function named(...keys: readonly string[]) {
  return { source: { kind: "tasks", keys } } as const;
}
