import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findProjectHome } from "../../src/app/project/project-home.ts";
import { findWorker } from "../../src/app/worker/worker-process.ts";
import type { AskedLine, LineAnswer } from "../../src/testing/fault-server/answers/answer-line.ts";
import { FaultServer } from "../../src/testing/fault-server/fault-server.ts";
import type { FixtureRepository } from "../../src/testing/git-fixtures.ts";
import { type CommandLine, openCommandLine } from "../cli/command-line.ts";

let machine: CommandLine;
let server: FaultServer;
let repository: FixtureRepository;

const task = {
  id: "word",
  title: "Write the word",
  files: ["word.txt"],
  acceptance: [["test", "-s", "word.txt"]],
};
const tokens = {
  inputTokens: 20,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 9,
  thinkingTokens: 0,
};

function answerTo({ prompt }: AskedLine): LineAnswer {
  const isPlanning = prompt.includes("You plan work");
  return {
    text: isPlanning ? JSON.stringify({ tasks: [task] }) : "FILE: word.txt\n```\nword\n```\n",
    tokens,
  };
}

const env = { AAS_TEST_KEY: `test-${randomBytes(12).toString("hex")}` };

function settings(models: object): string {
  const model = {
    provider: "openai",
    name: "word-model",
    baseUrl: `${server.url}/v1`,
    apiKey: "env:AAS_TEST_KEY",
  };
  return `${JSON.stringify({ model, models, batch: { enabled: false } })}\n`;
}

beforeAll(async () => {
  machine = openCommandLine();
  server = await FaultServer.start({ answer: (_customId, asked) => answerTo(asked), idleMs: 300_000 });
  repository = machine.setUpRepository("words", {
    "aas.config.jsonc": settings({}),
    "README.md": "Words.\n",
  });
});

afterAll(async () => {
  const home = findProjectHome(repository.folder, { AAS_STATE_HOME: machine.stateFolder });
  const pid = findWorker(home);
  if (pid !== null) process.kill(pid, "SIGTERM");
  while (findWorker(home) !== null) await new Promise((resolve) => setTimeout(resolve, 50));
  await server[Symbol.asyncDispose]();
  await machine.close();
});

test("a price that is set on the base branch counts when the run goes on, though its worker lives", async () => {
  const cwd = repository.folder;
  const paused = await machine.run(["automate", "Write a word", "--yes", "--wait"], { cwd, env });
  const home = findProjectHome(cwd, { AAS_STATE_HOME: machine.stateFolder });
  const worker = findWorker(home);
  const status = await machine.run(["automate", "status", "last"], { cwd });
  repository.commit("chore: price", {
    "aas.config.jsonc": settings({ prices: { "word-model": { input: 1, output: 10 } } }),
  });

  await machine.run(["automate", "resume", "last"], { cwd, env });
  const landed = await machine.run(["automate", "attach", "last"], { cwd, env });

  expect([paused.code, worker]).toEqual([5, expect.any(Number)]);
  expect(status.stdout).toContain("needs you: paused: money. The price of openai word-model is not known.");
  expect([landed.code, landed.stdout]).toEqual([0, expect.stringContaining("Landed on main as ")]);
});
