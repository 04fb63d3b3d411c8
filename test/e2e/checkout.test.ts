import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findProjectHome } from "../../src/app/project/project-home.ts";
import { findWorker } from "../../src/app/worker/worker-process.ts";
import {
  createBareRepository,
  createRepository,
  type FixtureRepository,
  runFixtureGit,
} from "../../src/testing/git-fixtures.ts";
import { type CommandLine, openCommandLine } from "../cli/command-line.ts";

/** What becomes of a person's own checkout when a goal lands. */
let machine: CommandLine;
const used: FixtureRepository[] = [];

beforeAll(() => {
  machine = openCommandLine();
});

afterAll(async () => {
  for (const repository of used) await stopWorker(repository);
  await machine.close();
});

async function stopWorker({ folder }: FixtureRepository): Promise<void> {
  const home = findProjectHome(folder, { AAS_STATE_HOME: machine.stateFolder });
  const pid = findWorker(home);
  if (pid !== null) process.kill(pid, "SIGTERM");
  for (let looks = 0; findWorker(home) !== null && looks < 100; looks += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function fresh(name: string): FixtureRepository {
  const repository = createRepository(join(machine.folder, name), { files: { "a.txt": "1\n" } });
  used.push(repository);
  return repository;
}

async function land({ folder: cwd }: FixtureRepository, name: string): ReturnType<CommandLine["run"]> {
  return machine.run(["automate", `Create a plugin named ${name}`, "--yes", "--wait"], { cwd });
}

test("a checkout whose only change is the board that we wrote follows, and keeps the board", async () => {
  const repository = fresh("boarded");
  await machine.run(["init", "--yes"], { cwd: repository.folder });
  await land(repository, "alpha");
  repository.commit("the board too");
  const board = (): string => readFileSync(join(repository.folder, "ACTIVE_TASKS.md"), "utf8");
  const committed = board();

  const { code, stdout } = await land(repository, "beta");

  expect([code, stdout]).toEqual([0, expect.not.stringContaining("left alone")]);
  expect(repository.git("log", "-1", "--format=%s")).toContain("beta");
  expect(repository.git("status", "--porcelain").trim()).toBe("M ACTIVE_TASKS.md");
  expect([board() === committed, board().includes("beta")]).toEqual([false, true]);
});

test("with a remote it is left where it is, and the end of the run says how it gets what was pushed", async () => {
  const repository = fresh("pushed");
  const remote = join(machine.folder, "pushed.git");
  createBareRepository(remote);
  repository.git("remote", "add", "origin", remote);
  repository.git("push", "--quiet", "-u", "origin", "main");
  await machine.run(["init", "--yes"], { cwd: repository.folder });
  const before = repository.head();

  const { code, stdout } = await land(repository, "gamma");

  expect([code, repository.head()]).toEqual([0, before]);
  expect(stdout).toContain("To bring it up: git pull --ff-only origin main\n");
  expect(runFixtureGit(remote, ["log", "-1", "--format=%s", "main"])).toContain("gamma");
});
