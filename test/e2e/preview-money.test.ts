import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { LineAnswer } from "../../src/testing/fault-server/answers/answer-line.ts";
import { FaultServer } from "../../src/testing/fault-server/fault-server.ts";
import type { FixtureRepository } from "../../src/testing/git-fixtures.ts";
import { type CommandLine, openCommandLine } from "../cli/command-line.ts";

/** A preview asks a model as a run does: for money, so never past a cap and never without a price. */
let machine: CommandLine;
let server: FaultServer;
let answers = 0;

beforeAll(async () => {
  machine = openCommandLine();
  server = await FaultServer.start({ answer: () => nextAnswer(), idleMs: 300_000 });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await machine.close();
});

beforeEach(() => {
  texts = [JSON.stringify(plan)];
  answers = 0;
  outputTokens = usualOutputTokens;
});

const task = {
  id: "word",
  title: "Write the word",
  files: ["word.txt"],
  acceptance: [["test", "-s", "word.txt"]],
};
const plan = { tasks: [task], sizeReason: "It is one word." };
const usual = { inputTokens: 200, cacheReadTokens: 0, cacheWriteTokens: 0, thinkingTokens: 0 };
const usualOutputTokens = 90;
const costMicroUsd = usual.inputTokens * 1 + usualOutputTokens * 10;
let outputTokens = usualOutputTokens;
let texts: readonly string[] = [];

function nextAnswer(): LineAnswer {
  const text = texts[Math.min(answers, texts.length - 1)] ?? "";
  answers += 1;
  return { text, tokens: { ...usual, outputTokens } };
}

const key = `test-${randomBytes(12).toString("hex")}`;
const priced = { models: { prices: { "word-model": { input: 1, output: 10 } } } };
let repositories = 0;

function setUp(settings: object = priced): FixtureRepository {
  repositories += 1;
  const model = {
    provider: "openai",
    name: "word-model",
    baseUrl: `${server.url}/v1`,
    apiKey: "env:AAS_TEST_KEY",
  };
  return machine.setUpRepository(`preview${repositories}`, {
    "aas.config.jsonc": `${JSON.stringify({ model, ...settings })}\n`,
    "README.md": "A word book.\n",
  });
}

interface Look {
  readonly args?: readonly string[];
  readonly env?: object;
  readonly budget?: object;
}

async function look({ folder }: FixtureRepository, args: readonly string[] = [], env: object = {}) {
  const before = postCount();
  const command = ["automate", "Write a word", "--dry-run", ...args];
  const { code, document } = await machine.runJson(command, {
    cwd: folder,
    env: { AAS_TEST_KEY: key, ...env },
  });
  return { code, posts: postCount() - before, ...document };
}

function postCount(): number {
  return server.exchanges.filter(({ method }) => method === "POST").length;
}

describe("a preview asks no model", () => {
  test("whose price is not known", async () => {
    const { code, posts, error } = await look(setUp({}));

    expect([code, posts, error?.code]).toEqual([3, 0, "price_unknown"]);
    expect(error?.fix).toContain("models.prices");
  });

  test.each<[string, Look, string]>([
    ["the run's, given here", { args: ["--budget", "0.000001"] }, "--budget <usd>"],
    ["the day's, of the environment", { env: { AAS_BUDGET_PER_DAY_USD: "0.000001" } }, "budget.perDayUsd"],
    ["the day's", { budget: { perDayUsd: 0.000001 } }, "budget.perDayUsd"],
    ["the project's", { budget: { perProjectUsd: 0.000001 } }, "budget.perProjectUsd"],
    ["the run's in tokens", { budget: { perRunTokens: 10 } }, "budget.perRunTokens"],
  ])("past a cap: %s", async (_name, { args, env, budget = {} }, cure) => {
    const { code, posts, error } = await look(setUp({ ...priced, budget }), args, env);

    expect([code, posts, error?.code]).toEqual([5, 0, "over_budget"]);
    expect(error?.fix).toContain(cure);
  });
});

describe("what a preview pays", () => {
  test("is said, is in the ledger, and the run that paid is over and no newest run", async () => {
    const repository = setUp();

    const { code, posts, result } = await look(repository);

    expect([code, posts]).toEqual([0, 1]);
    expect(result.planning).toEqual({
      runId: expect.stringMatching(/^run_/u) as string,
      settledMicroUsd: costMicroUsd,
      reservedMicroUsd: 0,
    });
    const { runId } = result.planning as { runId: string };
    await using project = await machine.openProject(repository);
    const [run, ...others] = await project.db.runs.list(project.home.id, {});
    expect([run?.id, run?.source, run?.state.status, others]).toEqual([
      runId,
      { kind: "preview" },
      "canceled",
      [],
    ]);
    const cwd = repository.folder;
    expect((await machine.run(["automate", "list"], { cwd })).stdout).toMatch(
      new RegExp(String.raw`^${runId}  preview `, "u"),
    );
    const last = await machine.run(["automate", "status", "last"], { cwd });
    expect([last.code, last.stderr]).toEqual([2, expect.stringContaining("only previews")]);
    expect((await machine.run(["report", runId, "--cost"], { cwd })).stdout).toContain("$0.001100");
  });

  test("is said at the end of the plan", async () => {
    const { stdout } = await machine.run(["automate", "Write a word", "--dry-run"], {
      cwd: setUp().folder,
      env: { AAS_TEST_KEY: key },
    });

    expect(stdout).toMatch(/^Planning cost \$0\.001100 \(aas report run_\S+ --cost\)$/mu);
  });

  test("counts for the cap of the day: the next preview asks nobody", async () => {
    const repository = setUp();
    const capped = { AAS_BUDGET_PER_DAY_USD: "4" };
    outputTokens = 500_000;

    const first = await look(repository, [], capped);
    const second = await look(repository, [], capped);

    expect([first.code, first.posts, first.result.planning.settledMicroUsd]).toEqual([0, 1, 5_000_200]);
    expect([second.posts, second.error?.code]).toEqual([0, "over_budget"]);
  });

  test.each([-1_000_000, 90.5, 1e18])(
    "is the most it can be where the server tells of %d tokens, and the next one is asked",
    async (told) => {
      const repository = setUp();
      outputTokens = told;

      const first = await look(repository);
      outputTokens = usualOutputTokens;
      const second = await look(repository);

      expect([first.code, second.code, second.posts]).toEqual([0, 0, 1]);
      expect(first.result.planning.settledMicroUsd).toBeGreaterThan(costMicroUsd);
      expect(first.result.planning.reservedMicroUsd).toBe(0);
      expect(second.result.planning.settledMicroUsd).toBe(costMicroUsd);
    },
  );

  test("is said of answers that were no plan too", async () => {
    texts = ["Let me think.", "I would rather not.", "Words are hard."];

    const { code, posts, error } = await look(setUp());

    expect([code, posts, error?.code]).toEqual([2, 3, "plan_invalid"]);
    expect(error?.message).toContain("Planning cost $0.003300.");
  });

  test("is nothing where a blueprint serves the goal, and nothing is recorded then", async () => {
    const repository = setUp({});
    const command = ["automate", "Create a hello world plugin", "--dry-run"];
    const env = { AAS_TEST_KEY: key };

    const { code, document } = await machine.runJson(command, { cwd: repository.folder, env });

    expect([code, document.result.planning]).toEqual([0, null]);
    await using project = await machine.openProject(repository);
    expect(await project.db.runs.list(project.home.id, {})).toEqual([]);
  });
});

test("a server of one's own that wants no key is asked though nobody priced its model, as it costs nothing", async () => {
  const model = { provider: "openai", name: "word-model", baseUrl: `${server.url}/v1`, apiKey: null };

  const { posts, error } = await look(setUp({ model, budget: { perRunUsd: 0.000001 } }));

  // This server lets nobody in without a key; what counts is that money was no reason not to ask it.
  expect([posts, error?.code]).toEqual([1, "provider_refused"]);
});

test("a cap that a preview is held to is not the cap of runs under way", async () => {
  const repository = setUp();
  await using project = await machine.openProject(repository);
  await look(repository, [], { AAS_BUDGET_PER_DAY_USD: "0.000001" });

  expect(await project.db.projects.readNote(project.home.id, "caps")).toBeNull();
});

test("the parts of a task are looked at under the same caps", async () => {
  const repository = setUp({ ...priced, budget: { perDayUsd: 0.000001 } });
  const options = { cwd: repository.folder, env: { AAS_TEST_KEY: key } };
  await machine.run(["task", "add", "Write words", "--acceptance", "true"], options);
  const before = postCount();

  const { document } = await machine.runJson(["task", "decompose", "AAS-1", "--dry-run"], options);

  expect([postCount() - before, document.error?.code]).toEqual([0, "over_budget"]);
});
