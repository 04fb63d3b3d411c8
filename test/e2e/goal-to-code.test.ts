import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findProjectHome } from "../../src/app/project/project-home.ts";
import { findWorker } from "../../src/app/worker/worker-process.ts";
import { makeId } from "../../src/domain/ids.ts";
import { createRepository, type FixtureRepository } from "../../src/testing/git-fixtures.ts";
import { type CommandLine, openCommandLine } from "../cli/command-line.ts";
import { startFollower } from "./follower.ts";

/** One person at one machine: an empty repository, `aas init`, and then goal after goal. */
let machine: CommandLine;
let repository: FixtureRepository;

beforeAll(async () => {
  machine = openCommandLine();
  repository = createRepository(join(machine.folder, "project"));
  await aas("init", "--yes");
});

afterAll(async () => {
  await stopWorker();
  await machine.close();
});

function aas(...args: readonly string[]): ReturnType<CommandLine["run"]> {
  return machine.run(args, { cwd: repository.folder });
}

test("in an empty repository `aas init` makes the first commit, with the configuration in the checkout", () => {
  expect(repository.git("log", "--format=%s", "--reverse").split("\n")[0]).toBe("chore: set up aas");
  expect(existsSync(join(repository.folder, "aas.config.jsonc"))).toBe(true);
  expect(repository.git("remote")).toBe("aas");
});

test("a goal that a blueprint fits becomes code whose own tests passed in the sandbox", async () => {
  const { code, stdout } = await aas("automate", "Create a hello world plugin", "--yes", "--wait");

  expect([code, stdout]).toEqual([0, expect.stringContaining("Landed on main as ")]);
  const landed = repository.git("log", "-1", "--format=%s%n%b", "--", "plugins/hello_world/__init__.py");
  expect(landed).toContain("feat: Create a hello world plugin");
  expect(landed).toMatch(/^Aas-Task: AAS-\d+$/mu);
  expect(readFileSync(join(repository.folder, "plugins/hello_world/__init__.py"), "utf8")).toContain(
    "import",
  );
  expect(repository.git("status", "--porcelain", "--untracked-files=no")).toBe("");
  expect(await checksOfLastRun("Create a hello world plugin")).toEqual([
    ["acceptance: python3 -m unittest tests.test_hello_world_plugin", "passed"],
    [
      expect.stringContaining("acceptance: python3 -c from plugins.hello_world import create_plugin"),
      "passed",
    ],
  ]);
});

test("a goal that no blueprint fits asks for a model, before anything is recorded", async () => {
  const { code, document } = await machine.runJson(["automate", "Prove the Riemann hypothesis", "--wait"], {
    cwd: repository.folder,
  });

  expect(code).toBe(3);
  expect(document.error).toMatchObject({ code: "no_model", fix: expect.stringContaining("model") });
  expect(await goals()).not.toContain("Prove the Riemann hypothesis");
});

test("a dry run shows the plan and changes nothing", async () => {
  const before = [repository.git("for-each-ref"), repository.git("status", "--porcelain"), await goals()];

  const { code, stdout } = await aas("automate", "Create a dry run plugin", "--dry-run");

  expect([code, stdout]).toEqual([0, expect.stringContaining("Plan (not executed)")]);
  expect(stdout).toContain("plugins/dry_run/");
  expect([repository.git("for-each-ref"), repository.git("status", "--porcelain"), await goals()]).toEqual(
    before,
  );
});

test("two terminals at once both get their goal", async () => {
  const ends = await Promise.all(
    ["alpha", "beta"].map((name) => aas("automate", `Create a plugin named ${name}`, "--yes", "--wait")),
  );

  expect(ends.map(({ code }) => code)).toEqual([0, 0]);
  repository.git("fetch", "--quiet", "aas");
  const files = repository.git("ls-tree", "-r", "--name-only", "aas/main").split("\n");
  expect(files).toEqual(expect.arrayContaining(["plugins/alpha/__init__.py", "plugins/beta/__init__.py"]));
});

test("Ctrl-C leaves a run alone: the command says how to come back, and the run goes on to its end", async () => {
  const follower = startFollower(["automate", "Create a plugin named gamma", "--yes", "--wait"], {
    cwd: repository.folder,
    env: { PATH: process.env["PATH"] ?? "", HOME: machine.folder, AAS_STATE_HOME: machine.stateFolder },
  });
  await follower.said("Ctrl-C detaches; the run keeps going");

  follower.interrupt();
  const { code, said } = await follower.ended;

  expect(code).toBe(130);
  const [, runId = ""] = /Detached\. (?<run>run_\w+) keeps going/u.exec(said) ?? [];
  const attached = await aas("automate", "attach", runId);
  expect([attached.code, attached.stdout]).toEqual([0, expect.stringContaining("Landed on main as ")]);
});

test("a worker that somebody watches tells on its terminal what needs a person", async () => {
  const { folder } = machine.setUpRepository("watched");
  const env = { PATH: process.env["PATH"] ?? "", HOME: machine.folder, AAS_STATE_HOME: machine.stateFolder };
  const watched = startFollower(["worker"], { cwd: folder, env });
  const { document } = await machine.runJson(["automate", "Create a plugin named epsilon", "--detach"], {
    cwd: folder,
  });

  await watched.said(`aas automate approve ${String(document.result?.["runId"])}`);
  watched.interrupt();

  expect((await watched.ended).code).toBe(0);
});

test("where nobody can be asked, a question ends the command with a code of its own, and the answer can be given later", async () => {
  const asked = await aas("automate", "Create a plugin named delta", "--wait");

  expect(asked.code).toBe(6);
  const [, runId = "", commit = ""] = /aas automate approve (run_\w+) (\w{8})/u.exec(asked.stdout) ?? [];
  const unnamed = await aas("automate", "approve", runId);
  expect([unnamed.code, unnamed.stderr]).toEqual([2, expect.stringContaining(`approve ${runId} ${commit}`)]);
  expect((await aas("automate", "approve", runId, "0123456")).code).toBe(9);
  expect((await aas("automate", "approve", runId, commit)).code).toBe(0);
  expect((await aas("automate", "attach", runId)).code).toBe(0);
});

async function goals(): Promise<readonly string[]> {
  const { document } = await machine.runJson(["automate", "list"], { cwd: repository.folder });
  const runs = (document.result?.runs ?? []) as readonly { readonly goal: string }[];
  return runs.map(({ goal }) => goal);
}

/** What was checked on the commit that landed, and how it ended. */
async function checksOfLastRun(goal: string): Promise<readonly (readonly [string, string])[]> {
  await using project = await machine.openProject(repository);
  const run = (await project.db.runs.list(project.home.id, { limit: 20 })).find((each) => each.goal === goal);
  const [entry] = await project.db.queue.listIntegrationsOfRun(run?.id ?? makeId("run", "none"));
  const validation = entry?.lastCheck
    ? await project.db.validations.find(entry.lastCheck.validationId)
    : null;
  return (validation?.checks ?? []).map(({ name, state }) => [name, state.status]);
}

/** The worker that the commands started in the background would live on for a minute. */
async function stopWorker(): Promise<void> {
  const home = findProjectHome(repository.folder, { AAS_STATE_HOME: machine.stateFolder });
  const pid = findWorker(home);
  if (pid === null) return;
  process.kill(pid, "SIGTERM");
  while (findWorker(home) === pid) await new Promise((resolve) => setTimeout(resolve, 50));
}
