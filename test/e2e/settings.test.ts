import { chmodSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stopEmbeddedServer } from "../../src/adapters/postgres/embedded/embedded-server.ts";
import { composeBoard } from "../../src/app/composing/compose-board.ts";
import { planInit } from "../../src/app/init/init-project.ts";
import { type OpenedControl, openControl } from "../../src/app/project/open-control.ts";
import { openProject } from "../../src/app/project/open-project.ts";
import { findProjectHome } from "../../src/app/project/project-home.ts";
import { syncBoard } from "../../src/pipeline/board/sync-board.ts";
import { createRepository, temporaryFolder } from "../../src/testing/git-fixtures.ts";
import { sampleProject, sampleRun, sampleTask } from "../../src/testing/samples.ts";

let folder: ReturnType<typeof temporaryFolder>;
let shops = 0;

beforeAll(() => {
  folder = temporaryFolder();
  chmodSync(folder.path, 0o755);
});

afterAll(async () => {
  await stopEmbeddedServer(stateFolder());
  folder[Symbol.dispose]();
});

function stateFolder(): string {
  return join(folder.path, "state");
}

/** A repository with this configuration, set up and opened as a command opens it. */
async function withControl(
  config: string,
  look: (opening: () => Promise<OpenedControl>, initialBase: string) => Promise<void>,
): Promise<void> {
  const env = { PATH: process.env["PATH"], AAS_STATE_HOME: stateFolder() };
  const repository = createRepository(join(folder.path, `shop-${(shops += 1)}`), {
    files: { "aas.config.jsonc": config },
  });
  repository.git("branch", "release");
  const plan = await planInit(findProjectHome(repository.folder, env), {
    env,
    clock: { now: () => new Date(0) },
  });
  await plan.apply({ updateCheckout: false });
  await using project = await openProject(repository.folder, env);
  await look(() => openControl(project), plan.settings.baseBranch);
}

test("base names the branch that work starts from and lands on, whatever was checked out at init", async () => {
  await withControl('{ "base": "release" }', async (opening, initialBase) => {
    await using control = await opening();

    expect(initialBase).toBe("main");
    expect(control.settings.baseBranch).toBe("release");
  });
});

test.each([
  ["delivery", '{ "delivery": "task" }'],
  ["notify.discord", '{ "notify": { "discord": "env:HOOK" } }'],
  ["notify.slack", '{ "notify": { "slack": "env:HOOK" } }'],
])("%s is refused where it would have no effect", async (setting, config) => {
  await withControl(config, async (opening) => {
    const error = await opening().catch((thrown: unknown) => thrown);

    expect(String(error)).toContain(setting);
  });
});

test.each([
  ["none", false],
  ["checkout", true],
])("board.location %s: that ACTIVE_TASKS.md is kept in the checkout is %s", async (location, isKept) => {
  await withControl(`{ "board": { "location": "${location}" } }`, async (opening) => {
    await using control = await opening();
    const { db, home } = control;
    const project = sampleProject({ id: home.id });
    await db.projects.insert(project);
    await db.runs.insert(sampleRun({ projectId: home.id }));
    await db.tasks.insert(sampleTask({ projectId: home.id, title: "Sort the todos" }));

    await syncBoard({ ...control, board: composeBoard(control) }, home.id);

    const file = join(home.root, "ACTIVE_TASKS.md");
    expect(existsSync(file) && readFileSync(file, "utf8").includes("Sort the todos")).toBe(isKept);
  });
});
