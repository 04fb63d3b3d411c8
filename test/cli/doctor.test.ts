import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findProjectHome } from "../../src/app/project/project-home.ts";
import { makeId } from "../../src/domain/ids.ts";
import { createBareRepository, createRepository } from "../../src/testing/git-fixtures.ts";
import { sampleRun } from "../../src/testing/samples.ts";
import { openCommandLine } from "./command-line.ts";
import { examineOn } from "./doctor-looks.ts";

const line = openCommandLine();
const examine = examineOn(line);
const nodeTest = '["node", "--test", "--test-reporter=junit", "--test-reporter-destination={report}"]';
const config = `{ "checks": [{ "name": "tests", "kind": "tests", "command": ${nodeTest}, "report": "junit" }] }\n`;
const passing = 'import test from "node:test";\ntest("adds", () => {});\n';
const failing = `${passing}test("subtracts", () => { throw new Error("no"); });\n`;
const shop = line.setUpRepository("shop", { "aas.config.jsonc": config, "a.test.mjs": passing });

beforeAll(async () => {
  await line.run(["task", "list"], { cwd: shop.folder });
});

afterAll(() => line.close());

test("a repository that is ready is fine in every look", async () => {
  const { code, stdout, stderr } = await line.run(["doctor"], { cwd: shop.folder });

  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("Everything is fine.\n");
  for (const id of [
    "node",
    "git",
    "sandbox",
    "state",
    "disk",
    "database",
    "worker",
    "repository",
    "mirror",
    "base",
    "config",
    "checks",
  ]) {
    expect(stdout).toMatch(new RegExp(`^  ok    ${id} `, "mu"));
  }
  expect(stdout).toMatch(/database +PostgreSQL 18\.\d+ \(private.*tables at migration \d/u);
});

test("looking changes neither the repository nor what is kept about it", async () => {
  const plain = createRepository(join(line.folder, "plain"), { files: { "a.txt": "a" } });
  const before = plain.git("for-each-ref");

  const { code, looks } = await examine(plain.folder);

  expect(code).toBe(1);
  expect(looks.get("setup")).toMatchObject({ verdict: "fail", cure: "aas init" });
  expect(plain.git("for-each-ref")).toBe(before);
  expect(plain.git("status", "--porcelain")).toBe("");
  expect(plain.git("remote")).toBe("");
  expect(readdirSync(join(line.stateFolder, "projects")).filter((name) => name.startsWith("plain"))).toEqual(
    [],
  );
  expect(await databaseNames()).not.toContain(`aas_${projectIdOf(plain.folder).slice(4)}`);
});

test("settings that were edited and not committed are told to be without effect", async () => {
  const edited = line.setUpRepository("edited", { "aas.config.jsonc": config });
  edited.write({ "aas.config.jsonc": "{}\n" });

  const { looks } = await examine(edited.folder);

  expect(looks.get("config")).toMatchObject({
    verdict: "warn",
    detail: expect.stringContaining("is not the one on main, which alone is in force"),
  });
});

test("a board that was written since it was committed is no dirt", async () => {
  const boarded = line.setUpRepository("boarded", { "aas.config.jsonc": config, "ACTIVE_TASKS.md": "one\n" });
  boarded.write({ "ACTIVE_TASKS.md": "two\n" });

  const { looks } = await examine(boarded.folder);

  expect(looks.get("checkout")).toMatchObject({ verdict: "ok", detail: "clean" });
});

test("with --run-checks the names of the tests that fail on the base branch are told", async () => {
  const red = line.setUpRepository("red", { "aas.config.jsonc": config, "a.test.mjs": failing });

  const { code, looks } = await examine(red.folder, ["--run-checks"]);

  expect(code).toBe(1);
  expect(looks.get("check:tests")).toMatchObject({
    verdict: "fail",
    cure: expect.stringContaining("gates.allowRedBase"),
  });
  expect(looks.get("check:tests")?.detail).toMatch(/fails \(1 of 2\)\n.*subtracts/u);
  expect(looks.get("check:tests")?.detail).not.toContain("adds");
});

test("with --run-checks a green base branch is fine", async () => {
  const { code, looks } = await examine(shop.folder, ["--run-checks"]);

  expect(code).toBe(0);
  expect(looks.get("check:tests")).toMatchObject({
    verdict: "ok",
    detail: expect.stringContaining("passes, 1 test"),
  });
});

test("a command that the sandbox does not have is named before a run fails on it", async () => {
  const command = '"command": ["no-such-runner", "--all"]';
  const scripted = '"command": ["./scripts/check.sh"]';
  const checks = `{ "checks": [{ "name": "a", "kind": "other", ${command} }, { "name": "b", "kind": "other", ${scripted} }, { "name": "c", "kind": "other", "command": ["node", "x"] }] }`;
  const odd = line.setUpRepository("odd", { "aas.config.jsonc": checks });

  const { looks } = await examine(odd.folder);

  expect(looks.get("checks")).toMatchObject({
    verdict: "fail",
    detail: "not found in the sandbox: ./scripts/check.sh, no-such-runner",
  });
});

test("a project without checks is warned, because hardly anything would be proven", async () => {
  const bare = line.setUpRepository("unchecked");

  const { code, looks } = await examine(bare.folder);

  expect(code).toBe(0);
  expect(looks.get("checks")).toMatchObject({
    verdict: "warn",
    cure: expect.stringContaining("aas.config.jsonc"),
  });
});

test("settings that are wrong are a problem with its own cure", async () => {
  const wrong = line.setUpRepository("wrong", { "aas.config.jsonc": '{ "buget": {} }' });

  const { code, looks } = await examine(wrong.folder);

  expect(code).toBe(1);
  expect(looks.get("base")?.verdict).toBe("ok");
  expect(looks.get("config")).toMatchObject({
    verdict: "fail",
    detail: expect.stringContaining("buget"),
    cure: expect.stringContaining("budget"),
  });
});

test("a base branch without settings leads to init", async () => {
  const unset = line.setUpRepository("unset");
  unset.commit("chore: remove", { "aas.config.jsonc": null });

  expect((await examine(unset.folder)).looks.get("config")).toMatchObject({
    verdict: "fail",
    cure: "aas init",
  });
});

test("uncommitted work is only warned of", async () => {
  const dirty = line.setUpRepository("dirty", { "aas.config.jsonc": config });
  dirty.write({ "aas.config.jsonc": `${config} // more\n` });

  const { code, looks } = await examine(dirty.folder);

  expect(code).toBe(0);
  expect(looks.get("checkout")?.verdict).toBe("warn");
});

test("a repository without a commit, and a bare one, are told what to do first", async () => {
  const empty = createRepository(join(line.folder, "empty"));
  const bare = createBareRepository(join(line.folder, "bare.git"));

  expect((await examine(empty.folder)).looks.get("repository")).toMatchObject({
    verdict: "fail",
    detail: "nothing is committed yet",
  });
  expect((await examine(bare.folder)).looks.get("repository")).toMatchObject({
    verdict: "fail",
    detail: expect.stringContaining("is bare"),
  });
});

test("tables that a newer version has changed are left to it", async () => {
  const ahead = line.setUpRepository("ahead");
  await withDatabase(ahead.folder, (client) =>
    client.query("insert into aas.migrations (number, name, content_hash) values (99, '0099-later', 'x')"),
  );

  const { code, looks } = await examine(ahead.folder);

  expect(code).toBe(1);
  expect(looks.get("database")).toMatchObject({ verdict: "fail", cure: "npm install aas@latest" });
});

test("a team's database that cannot be reached is a problem, and its password is not shown", async () => {
  const env = { AAS_DATABASE_URL: "postgresql://aas:very-secret@127.0.0.1:1/aas" };

  const { code, stdout, looks } = await examine(shop.folder, [], env);

  expect(code).toBe(1);
  expect(looks.get("database")).toMatchObject({
    verdict: "fail",
    cure: expect.stringContaining("AAS_DATABASE_URL"),
  });
  expect(stdout).not.toContain("very-secret");
});

test("runs that wait while no worker lives are noticed", async () => {
  const waiting = line.setUpRepository("waiting", { "aas.config.jsonc": config });
  await using project = await line.openProject(waiting);
  const { home, clock, db } = project;
  await db.projects.insert({ id: home.id, name: home.name, repository: home.root, createdAt: clock.now() });
  await db.runs.insert(sampleRun({ id: makeId("run", "waiting"), projectId: home.id }));

  expect((await examine(waiting.folder)).looks.get("worker")).toMatchObject({
    verdict: "warn",
    cure: "aas worker",
  });
});

async function withDatabase(folder: string, work: (client: Client) => Promise<unknown>): Promise<void> {
  await using project = await line.openProject({ folder } as Parameters<typeof line.openProject>[0]);
  const { engineTarget } = project.store;
  const client = new Client({ connectionString: engineTarget.kind === "url" ? engineTarget.url : "" });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

async function databaseNames(): Promise<readonly string[]> {
  let names: readonly string[] = [];
  await withDatabase(shop.folder, async (client) => {
    const { rows } = await client.query<{ readonly datname: string }>("select datname from pg_database");
    names = rows.map((row) => row.datname);
  });
  return names;
}

function projectIdOf(folder: string): string {
  return findProjectHome(folder, { AAS_STATE_HOME: line.stateFolder }).id;
}
