import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { findProjectHome } from "../../src/app/project/project-home.ts";
import { findProjectSettings } from "../../src/app/project/project-settings.ts";
import { makeId } from "../../src/domain/ids.ts";
import { createRepository, type FixtureRepository } from "../../src/testing/git-fixtures.ts";
import { sampleProject, sampleRun } from "../../src/testing/samples.ts";
import { openCommandLine } from "./command-line.ts";
import { hasScript, type Typed, typeAtPrompt } from "./type-at-prompt.ts";

/** Questions that end with yes or no, answered by keys that are typed on a real pseudo-terminal. */
const line = openCommandLine();
afterAll(() => line.close());

function typeAtInit({ folder: cwd }: FixtureRepository, keys: readonly string[]): Promise<Typed> {
  return typeAtPrompt(line, ["init"], { cwd, prompt: "[Y/n] ", keys });
}

function standing(repository: FixtureRepository): readonly unknown[] {
  const settings = findProjectSettings(
    findProjectHome(repository.folder, { AAS_STATE_HOME: line.stateFolder }),
  );
  const isWritten = existsSync(join(repository.folder, "aas.config.jsonc"));
  return [repository.git("for-each-ref"), repository.git("remote"), isWritten, settings];
}

let repositories = 0;
function fresh(): FixtureRepository {
  repositories += 1;
  return createRepository(join(line.folder, `asked${repositories}`), { files: { a: "1\n" } });
}

describe.skipIf(!hasScript)("the question of init", () => {
  test.each([
    ["Ctrl-C", ["\u0003"]],
    ["Ctrl-D", ["\u0004"]],
    ["n", ["n\r"]],
    ["NO", ["NO\r"]],
    ["Ctrl-C after a typing error", ["q\r", "\u0003"]],
  ])("%s writes nothing and ends with 130", async (_, keys) => {
    const repository = fresh();
    const before = standing(repository);

    const { code, screen } = await typeAtInit(repository, keys);

    expect([code, standing(repository)]).toEqual([130, before]);
    expect(screen).toMatch(/nothing was changed/iu);
  });

  test.each([
    ["Enter", ["\r"]],
    ["y", ["y\r"]],
    ["yes after two typing errors", ["nope\r", "yy\r", "yes\r"]],
  ])("%s commits", async (_, keys) => {
    const repository = fresh();

    const { code } = await typeAtInit(repository, keys);

    expect([code, repository.git("log", "-1", "--format=%s")]).toEqual([0, "chore: set up aas"]);
  });
});

test.skipIf(!hasScript).each([
  ["Ctrl-C", ["\u0003"]],
  ["Ctrl-D", ["\u0004"]],
  ["Enter", ["\r"]],
  ["n after a typing error", ["yep\r", "n\r"]],
])("where Enter is a no, %s changes nothing either", async (key, keys) => {
  const repository = line.setUpRepository(`steered${keys.join("").length}${key.length}`);
  await using project = await line.openProject(repository);
  const { db, home } = project;
  const id = makeId("run", key.toLowerCase().replaceAll(/\W/gu, ""));
  await db.projects.insert(sampleProject({ id: home.id }));
  await db.runs.insert(sampleRun({ id, projectId: home.id }));

  const { code } = await typeAtPrompt(line, ["automate", "cancel", id], {
    cwd: repository.folder,
    prompt: "[y/N] ",
    keys,
  });

  expect([code, (await db.runs.get(id)).state]).toEqual([130, sampleRun().state]);
});
