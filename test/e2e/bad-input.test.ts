import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findProjectHome } from "../../src/app/project/project-home.ts";
import { takeWorkerLock } from "../../src/app/worker/worker-process.ts";
import {
  createBareRepository,
  createRepository,
  type FixtureRepository,
  runFixtureGit,
} from "../../src/testing/git-fixtures.ts";
import { type CommandLine, type Ended, type Envelope, openCommandLine } from "../cli/command-line.ts";

/** What people do wrong at the terminal: each is told with the cure, and changes nothing. */
let machine: CommandLine;

beforeAll(() => {
  machine = openCommandLine();
});
afterAll(async () => machine.close());

type Told = Ended & { readonly document: Envelope };

function aas(cwd: string, ...args: readonly string[]): Promise<Told> {
  return machine.runJson(args, { cwd });
}

let repositories = 0;

function repositoryWith(files: Parameters<typeof createRepository>[1]): FixtureRepository {
  repositories += 1;
  return createRepository(join(machine.folder, `repository${repositories}`), files);
}

/** Everything that a command could have written into a repository. */
function stateOf(repository: FixtureRepository): readonly string[] {
  return ["for-each-ref", "status --porcelain", "remote -v", "config --list --local"].map((command) =>
    repository.git(...command.split(" ")),
  );
}

test("a folder that is no git repository is told how to become one", async () => {
  const folder = join(machine.folder, "plain");
  mkdirSync(folder);

  for (const args of [
    ["init", "--yes"],
    ["automate", "Write a word", "--wait"],
    ["automate", "status"],
  ]) {
    const { code, document } = await aas(folder, ...args);

    expect([code, document.error?.code]).toEqual([3, "repository_invalid"]);
    expect(document.error?.message).toContain("is not in a git repository");
    expect(document.error?.fix).toBe("Run it inside one, or make one: git init && aas init");
  }
});

test("a bare repository is told to be cloned", async () => {
  const bare = createBareRepository(join(machine.folder, "bare.git"));

  const { code, document } = await aas(bare.folder, "init", "--yes");

  expect([code, document.error?.code]).toEqual([3, "repository_invalid"]);
  expect(document.error?.fix).toBe("Clone it and run aas in the clone.");
});

test("a shallow clone is told to be completed, and changes nothing", async () => {
  const origin = repositoryWith({ files: { a: "1\n" } });
  origin.commit("more", { a: "2\n" });
  runFixtureGit(machine.folder, ["clone", "--quiet", "--depth=1", `file://${origin.folder}`, "shallow"]);
  const folder = join(machine.folder, "shallow");
  const before = runFixtureGit(folder, ["for-each-ref"]);

  const { code, document } = await aas(folder, "init", "--yes");

  expect([code, document.error?.code]).toEqual([3, "repository_invalid"]);
  expect(document.error?.fix).toBe("git fetch --unshallow, then aas init");
  expect(runFixtureGit(folder, ["for-each-ref"])).toBe(before);
});

test("a detached HEAD is told to become a branch, and changes nothing", async () => {
  const repository = repositoryWith({ files: { a: "1\n" } });
  repository.git("checkout", "--quiet", "--detach");
  const before = stateOf(repository);

  const { code, document } = await aas(repository.folder, "init", "--yes");

  expect([code, document.error?.code]).toEqual([3, "repository_invalid"]);
  expect(document.error?.fix).toBe("git switch main, then aas init");
  expect(stateOf(repository)).toEqual(before);
});

test("a dirty checkout is warned about, and what is not committed stays as it is", async () => {
  const repository = repositoryWith({ files: { a: "1\n" } });
  repository.write({ a: "mine\n" });

  const { code, stderr } = await machine.run(["init", "--yes"], { cwd: repository.folder });

  expect(code).toBe(0);
  expect(stderr).toContain("warning: The checkout has uncommitted changes: runs start from the last commit.");
  expect(repository.git("status", "--porcelain")).toContain("M a");
});

test("submodules are warned about", async () => {
  const inner = repositoryWith({ files: { b: "1\n" } });
  const repository = repositoryWith({ files: { a: "1\n" } });
  repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.folder, "sub");
  repository.commit("with a submodule");

  const { code, stderr } = await machine.run(["init", "--dry-run"], { cwd: repository.folder });

  expect([code, stderr]).toEqual([
    0,
    expect.stringContaining("warning: Submodules are not checked out for builders and checks."),
  ]);
});

test("files without a first commit are told to be committed, and none is made for them", async () => {
  const repository = repositoryWith({});
  repository.write({ a: "1\n" });

  const { code, document } = await aas(repository.folder, "init", "--yes");

  expect([code, document.error?.code]).toEqual([3, "repository_invalid"]);
  expect(document.error?.fix).toBe('git add -A && git commit -m "Start", then aas init');
  expect(repository.git("for-each-ref")).toBe("");
});

test("a repository that is not set up is told to be, before anything else", async () => {
  const repository = repositoryWith({ files: { a: "1\n" } });

  const { code, document } = await aas(repository.folder, "automate", "Write a word", "--wait");

  expect([code, document.error]).toEqual([
    3,
    expect.objectContaining({ code: "config_missing", fix: "aas init" }),
  ]);
});

describe("a repository that is set up", () => {
  test("and lost its base branch at its remote is told so", async () => {
    const repository = repositoryWith({ files: { a: "1\n", "aas.config.jsonc": "{}\n" } });
    const remote = createBareRepository(join(machine.folder, "remote.git"), repository);
    repository.git("remote", "add", "origin", remote.folder);
    await aas(repository.folder, "init", "--yes");
    remote.git("update-ref", "-d", "refs/heads/main");

    const { code, document } = await aas(repository.folder, "automate", "Write a word", "--wait");

    expect([code, document.error?.code]).toEqual([1, "base_missing"]);
    expect(document.error?.message).toContain("main");
  });

  test.each([
    ["that is no JSON", "{ checks: ", "aas.config.jsonc"],
    ["with a name that is almost one", '{ "merg": { "auto": true } }', "merge"],
    ["with a value that is none", '{ "budget": { "perRunUsd": "ten" } }', "budget.perRunUsd"],
  ])("and has a configuration %s is told the place, and nothing is recorded", async (_name, text, told) => {
    const repository = machine.setUpRepository(`config${(repositories += 1)}`, { "aas.config.jsonc": text });

    const { code, document } = await aas(
      repository.folder,
      "automate",
      "Create a hello world plugin",
      "--wait",
    );

    expect([code, document.error?.code]).toEqual([3, "config_invalid"]);
    expect(`${document.error?.message} ${document.error?.fix}`).toContain(told);
  });

  test.each([
    ["empty", " \n ", "The goal is empty."],
    ["longer than anybody reads", "word ".repeat(4_001), "at most 20000 are read"],
    ["not text", "Write\u0007a word", "The goal contains control characters."],
  ])("and is given a goal that is %s says so", async (_name, goal, told) => {
    const repository = machine.setUpRepository(`goal${(repositories += 1)}`);

    const { code, document } = await aas(repository.folder, "automate", goal, "--wait");

    expect([code, document.error?.code]).toEqual([2, "goal_invalid"]);
    expect(document.error?.message).toContain(told);
    expect((await aas(repository.folder, "automate", "list")).document.result).toMatchObject({ runs: [] });
  });

  test("and is given a plan that nothing would prove refuses it before anything is recorded", async () => {
    const repository = machine.setUpRepository(`unproven${(repositories += 1)}`);
    const plan = join(machine.folder, "plan.json");
    const blueprint = { name: "python-plugin", variables: { name: "one" } };
    const task = { id: "one", title: "Write a plugin", files: ["plugins/"], blueprint };
    writeFileSync(plan, JSON.stringify({ tasks: [task] }));

    const { code, document } = await aas(
      repository.folder,
      "automate",
      "Write a word",
      "--plan",
      plan,
      "--wait",
    );

    expect([code, document.error?.code]).toEqual([3, "no_checks"]);
    expect(document.error?.fix).toBe(
      "Set checks in aas.config.jsonc, or give each task an acceptance command.",
    );
  });

  test("has one worker on a machine: a second one says so and leaves", async () => {
    const repository = machine.setUpRepository(`worker${(repositories += 1)}`);
    const lock = takeWorkerLock(findProjectHome(repository.folder, { AAS_STATE_HOME: machine.stateFolder }));

    const { code, stdout } = await machine.run(["worker"], { cwd: repository.folder });
    lock?.release();

    expect([code, stdout]).toEqual([9, "Another worker of this project runs on this machine.\n"]);
  });

  test("and whose database cannot be reached is told so, and to try again", async () => {
    const repository = machine.setUpRepository(`nowhere${(repositories += 1)}`);
    const env = { AAS_DATABASE_URL: "postgresql://aas@localhost/aas?host=%2Fnonexistent" };

    const { code, document } = await machine.runJson(["automate", "status"], { cwd: repository.folder, env });

    expect([code, document.error?.code]).toEqual([7, "database_unavailable"]);
    expect(document.error?.fix).not.toBeNull();
  });
});
