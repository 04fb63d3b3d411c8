import { chmodSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stopEmbeddedServer } from "../../src/adapters/postgres/embedded/embedded-server.ts";
import { planInit } from "../../src/app/init-project.ts";
import { type OpenedControl, openControl } from "../../src/app/open-control.ts";
import { openProject } from "../../src/app/open-project.ts";
import { findProjectHome } from "../../src/app/project-home.ts";
import { createRepository, temporaryFolder } from "../../src/testing/git-fixtures.ts";

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
  await plan.close();
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
