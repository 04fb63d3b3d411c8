import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findProjectHome } from "../../src/app/project/project-home.ts";
import { findWorker } from "../../src/app/worker/worker-process.ts";
import type { AskedLine, LineAnswer } from "../../src/testing/fault-server/answers/answer-line.ts";
import { FaultServer } from "../../src/testing/fault-server/fault-server.ts";
import type { FixtureRepository } from "../../src/testing/git-fixtures.ts";
import { type CommandLine, openCommandLine } from "../cli/command-line.ts";

/** The whole program, with the settings that people write, before a server that speaks as each provider does. */
let machine: CommandLine;
let server: FaultServer;
const repositories: FixtureRepository[] = [];

beforeAll(async () => {
  machine = openCommandLine();
  server = await FaultServer.start({
    script: { pace: { by: "looks", inProgress: 1 } },
    answer: (_customId, asked) => answerTo(asked),
    idleMs: 300_000,
  });
});

afterAll(async () => {
  for (const repository of repositories) await stopWorker(repository);
  await server[Symbol.asyncDispose]();
  await machine.close();
});

/** The worker goes on after the command; it belongs to this test. */
async function stopWorker(repository: FixtureRepository): Promise<void> {
  const home = findProjectHome(repository.folder, { AAS_STATE_HOME: machine.stateFolder });
  const pid = findWorker(home);
  if (pid === null) return;
  process.kill(pid, "SIGTERM");
  while (findWorker(home) !== null) await new Promise((resolve) => setTimeout(resolve, 50));
}

const plan = {
  tasks: [
    {
      id: "word",
      title: "Write the word",
      description: "One line.",
      priority: "medium",
      type: "feature",
      dependsOn: [],
      files: ["word.txt"],
      acceptance: [["test", "-s", "word.txt"]],
    },
  ],
  sizeReason: "It is one word.",
};
const analysis = {
  complexity: "low",
  priority: "keep",
  blockers: [],
  firstStep: "Write it.",
  steps: ["Write it."],
};
const build = "FILE: word.txt\n```\nword\n```\n";

function answerTo({ prompt }: AskedLine): LineAnswer {
  const tokens = {
    inputTokens: 200,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: 90,
    thinkingTokens: 0,
  };
  if (prompt.includes("You plan work")) return { text: JSON.stringify(plan), tokens };
  if (prompt.includes("You analyse one task")) return { text: JSON.stringify(analysis), tokens };
  return { text: build, tokens };
}

const key = `test-${randomBytes(12).toString("hex")}`;

test.each([
  ["openai", "gpt-5.4-mini", "/v1", "/v1/batches"],
  ["anthropic", "claude-sonnet-5-5", "", "/v1/messages/batches"],
  ["gemini", "gemini-3.8-flash", "", "batchGenerateContent"],
])(
  "a goal lands with %s: planned, analysed in a batch, built, and paid to the cent",
  async (provider, name, path, batches) => {
    const repository = setUp(provider, name, path);
    const env = { AAS_TEST_KEY: key };

    const { code, stdout } = await machine.run(
      ["automate", `Write a word with ${provider}`, "--yes", "--wait"],
      {
        cwd: repository.folder,
        env,
      },
    );

    expect([code, stdout]).toEqual([0, expect.stringContaining("Landed on main as ")]);
    const created = server.exchanges.filter((each) => each.method === "POST" && each.path.includes(batches));
    expect(created.filter((each) => each.created.length > 0)).toHaveLength(1);
    const { document } = await machine.runJson(["report", "last", "--cost"], { cwd: repository.folder });
    const calls = document.result?.calls as readonly {
      purpose: string;
      tier: string;
      microUsd: number;
    }[];
    expect(calls.map(({ purpose, tier }) => [purpose, tier])).toEqual([
      ["decompose", "standard"],
      ["analyse", "batch"],
      ["build", "standard"],
    ]);
    expect(calls.every(({ microUsd }) => microUsd > 0)).toBe(true);
  },
);

test("a key that is not there is told before anything is asked, with what to set", async () => {
  const repository = setUp("openai", "gpt-5.4-mini", "/v1");

  const { code, document } = await machine.runJson(["automate", "Write a word"], { cwd: repository.folder });

  expect([code, document.error?.code, document.error?.fix]).toEqual([
    3,
    "no_model",
    'export AAS_TEST_KEY=…, or set "apiKey": null where the server wants no key.',
  ]);
});

test("a goal that a blueprint serves lands without the model's key", async () => {
  const repository = setUp("openai", "gpt-5.4-mini", "/v1");
  const asked = server.exchanges.length;

  const { code, stdout } = await machine.run(["automate", "Create a hello world plugin", "--yes", "--wait"], {
    cwd: repository.folder,
  });

  expect([code, stdout]).toEqual([0, expect.stringContaining("Landed on main as ")]);
  expect(server.exchanges).toHaveLength(asked);
  const again = await machine.runJson(["automate", "Create a hello world plugin"], {
    cwd: repository.folder,
  });
  expect([again.code, again.document.error?.message]).toEqual([
    3,
    expect.stringContaining("The name hello_world is taken: plugins/hello_world/ exists."),
  ]);
  await using project = await machine.openProject(repository);
  expect(await project.db.runs.list(project.home.id, {})).toHaveLength(1);
});

function setUp(provider: string, name: string, path: string): FixtureRepository {
  const config = {
    model: { provider, name, baseUrl: `${server.url}${path}`, apiKey: "env:AAS_TEST_KEY" },
    batch: { pollInterval: "1s" },
  };
  const repository = machine.setUpRepository(`${provider}${repositories.length}`, {
    "aas.config.jsonc": `${JSON.stringify(config)}\n`,
    "README.md": "A word book.\n",
  });
  repositories.push(repository);
  return repository;
}
