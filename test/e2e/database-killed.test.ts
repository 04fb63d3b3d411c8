import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { findProjectHome, type ProjectHome, workerLogOf } from "../../src/app/project/project-home.ts";
import { findWorker } from "../../src/app/worker/worker-process.ts";
import type { FixtureRepository } from "../../src/testing/git-fixtures.ts";
import { type CommandLine, openCommandLine } from "../cli/command-line.ts";
import { startFollower } from "./follower.ts";

/** The private server is killed (by a person, or because memory is short) while a worker works, at night. */
let machine: CommandLine;
const repositories: FixtureRepository[] = [];

beforeAll(() => {
  machine = openCommandLine();
});

afterEach(async () => {
  for (const repository of repositories.splice(0)) await stopWorker(homeOf(repository));
});

afterAll(async () => machine.close());

const slowCheck = JSON.stringify({
  checks: [{ name: "slow", kind: "other", command: ["sleep", "5"], report: "exit_code" }],
  landing: { updateCheckout: false },
});

async function setUp(name: string): Promise<FixtureRepository> {
  const repository = machine.setUpRepository(name, { "aas.config.jsonc": slowCheck });
  repositories.push(repository);
  await machine.run(["init", "--yes"], { cwd: repository.folder });
  return repository;
}

test("the worker starts it again, and the run lands although nobody does anything", async () => {
  const repository = await setUp("night");
  const home = homeOf(repository);
  await machine.run(["automate", "Create a hello world plugin", "--yes", "--detach"], {
    cwd: repository.folder,
  });
  await expect.poll(() => findWorker(home), { timeout: 30_000 }).not.toBeNull();
  await expect.poll(() => isAtWork(home), { timeout: 60_000 }).toBe(true);

  killServer();

  await expect.poll(() => titleOf(repository), { timeout: 90_000 }).toBe("feat: Create a hello world plugin");
  expect(logOf(home).split("\n").length).toBeLessThan(60);
}, 240_000);

test("who watches is told once, goes on watching and sees it land", async () => {
  const repository = await setUp("watched");
  const env = { PATH: process.env["PATH"] ?? "", HOME: machine.folder, AAS_STATE_HOME: machine.stateFolder };
  const watching = startFollower(["automate", "Create a hello world plugin", "--yes", "--wait"], {
    cwd: repository.folder,
    env,
  });
  await watching.said("implement");

  killServer();

  const { code, said } = await watching.ended;
  expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining("Landed on main as ") });
  expect(said.split("database_unavailable").length - 1).toBeLessThan(3);
  expect(said).not.toContain("AAS_DATABASE_URL");
}, 240_000);

/** Checks run in copies of trees below this folder. */
function isAtWork({ folder }: ProjectHome): boolean {
  const worktrees = join(folder, "worktrees");
  return existsSync(worktrees) && readdirSync(worktrees, { recursive: true }).length > 5;
}

function titleOf(repository: FixtureRepository): string {
  const mirror = join(homeOf(repository).folder, "mirror.git");
  return repository.git("--git-dir", mirror, "log", "-1", "--format=%s", "main");
}

function logOf(home: ProjectHome): string {
  return readFileSync(workerLogOf(home), "utf8");
}

function killServer(): void {
  const file = join(machine.stateFolder, "postgres", "data", "postmaster.pid");
  process.kill(Number(readFileSync(file, "utf8").split("\n")[0]), "SIGKILL");
}

function homeOf({ folder }: FixtureRepository): ProjectHome {
  return findProjectHome(folder, { AAS_STATE_HOME: machine.stateFolder });
}

async function stopWorker(home: ProjectHome): Promise<void> {
  const pid = findWorker(home);
  if (pid === null) return;
  process.kill(pid, "SIGTERM");
  await expect.poll(() => findWorker(home), { timeout: 30_000 }).toBeNull();
}
