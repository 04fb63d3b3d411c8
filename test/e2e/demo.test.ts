import { spawnSync } from "node:child_process";
import { chmodSync, readdirSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stopEmbeddedServer } from "../../src/adapters/postgres/embedded/embedded-server.ts";
import { findProjectHome } from "../../src/app/project/project-home.ts";
import { findWorker } from "../../src/app/worker/worker-process.ts";
import { openRepository, temporaryFolder, type FixtureRepository } from "../../src/testing/git-fixtures.ts";
import { startFollower } from "./follower.ts";

/** `aas demo` once, as a person without a terminal sees it; the tests look at what it left. */
let folder: ReturnType<typeof temporaryFolder>;
let said: string;
let seconds: number;
let sample: FixtureRepository;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = temporaryFolder("aas-demo-test-");
  chmodSync(folder.path, 0o755);
  env = { PATH: process.env["PATH"] ?? "", HOME: folder.path, TMPDIR: folder.path };
  const startedAt = Date.now();
  const ended = await startFollower(["demo"], { cwd: folder.path, env }).ended;
  seconds = (Date.now() - startedAt) / 1000;
  said = ended.said;
  expect([ended.code, said]).toEqual([0, expect.stringContaining("Landed on main as ")]);
  const made = readdirSync(folder.path).find((name) => name.startsWith("aas-demo-")) ?? "";
  sample = openRepository(join(folder.path, made, "todo"));
}, 120_000);

afterAll(async () => {
  const home = findProjectHome(sample.folder, env);
  const worker = findWorker(home);
  if (worker !== null) process.kill(worker, "SIGTERM");
  for (let looks = 0; findWorker(home) !== null && looks < 100; looks += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stopEmbeddedServer(home.stateFolder);
  folder[Symbol.dispose]();
});

describe("aas demo", { shuffle: false }, () => {
  test("it is done within a minute", () => {
    // On a machine that many others use at the same moment a minute of theirs is not a minute of ours.
    const crowding = Math.max(1, (loadavg()[0] ?? 0) / (2 * availableParallelism()));
    expect(seconds / crowding).toBeLessThan(60);
  });

  test("it says that the replies are recorded, and that it answered its question itself", () => {
    expect(said).toContain("recorded replies: a file answers, no model is asked");
    expect(said).toContain("answered by the command itself");
  });

  test("one attempt failed its test and was retried, one met a conflict", () => {
    expect(said).toMatch(/attempt\.failed DEMO-1 .*due-date/u);
    expect(said).toMatch(/attempt\.failed DEMO-[23] .*conflict/u);
  });

  test("the sample shows one squash commit that names its four tasks, and its tests pass", () => {
    const titles = sample.git("log", "--format=%s").trim().split("\n");
    expect(titles).toEqual(["feat: Add due dates to todos", "A very small list of todos"]);
    const body = sample.git("log", "-1", "--format=%b");
    expect(body.match(/^Aas-Task: DEMO-[1-4]$/gmu)).toHaveLength(4);
    const { status } = spawnSync(process.execPath, ["--test"], { cwd: sample.folder });
    expect(status).toBe(0);
  });

  test("the checkout was never disturbed", () => {
    expect(sample.git("status", "--porcelain")).toBe("");
  });

  test("another goal fails loudly instead of getting a recorded answer", async () => {
    const ended = await startFollower(["automate", "Add colours to todos", "--dry-run"], {
      cwd: sample.folder,
      env,
    }).ended;

    expect(ended.code).not.toBe(0);
    expect(ended.said).toContain("recorded");
  });

  test("a rollback takes it back by a revert, and the checkout follows", async () => {
    const ended = await startFollower(["automate", "rollback", "last", "--yes", "--wait"], {
      cwd: sample.folder,
      env,
    }).ended;

    expect([ended.code, ended.said]).toEqual([0, expect.stringContaining("completed")]);
    expect(sample.git("log", "-1", "--format=%s").trim()).toBe("revert: Add due dates to todos");
    expect(sample.git("diff", "--stat", "HEAD~2", "HEAD")).toBe("");
    expect(sample.git("status", "--porcelain")).toBe("");
  });
});
