import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { findProjectHome } from "../../src/app/project-home.ts";
import { findProjectSettings } from "../../src/app/project-settings.ts";
import { createRepository, type FixtureRepository } from "../../src/testing/git-fixtures.ts";
import { openCommandLine } from "./command-line.ts";

/** The one question of `aas init`, answered by keys that are typed on a real pseudo-terminal. */
const line = openCommandLine();
afterAll(() => line.close());

const env = {
  PATH: process.env["PATH"] ?? "",
  HOME: line.folder,
  AAS_STATE_HOME: line.stateFolder,
  TERM: "xterm-256color",
};
const program = fileURLToPath(new URL("../../bin/aas.mjs", import.meta.url));
const hasScript = spawnSync("script", ["--version"]).status === 0;

interface Typed {
  readonly code: number | null;
  readonly screen: string;
}

/** Types each of these when the question (again) stands on the screen. */
function typeAtInit(repository: FixtureRepository, keys: readonly string[]): Promise<Typed> {
  const command = `'${process.execPath}' '${program}' init`;
  const child = spawn("script", ["-qec", command, "/dev/null"], {
    cwd: repository.folder,
    env,
    timeout: 60_000,
  });
  const left = [...keys];
  let screen = "";
  let asked = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    screen += chunk.toString();
    const questions = screen.split("[Y/n] ").length - 1;
    if (questions <= asked) return;
    asked = questions;
    child.stdin.write(left.shift() ?? "");
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, screen }));
  });
}

function standing(repository: FixtureRepository): readonly unknown[] {
  const settings = findProjectSettings(findProjectHome(repository.folder, env));
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
