import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import {
  createBareRepository,
  createRepository,
  type FixtureRepository,
  runFixtureGit,
} from "../../src/testing/git-fixtures.ts";
import { openCommandLine } from "./command-line.ts";

/** What `aas init` says of where its commit went, and that the commands it prints do what they are printed for. */
const line = openCommandLine();
afterAll(() => line.close());

let repositories = 0;
function fresh(): FixtureRepository {
  repositories += 1;
  return createRepository(join(line.folder, `fresh${repositories}`), { files: { a: "1\n" } });
}

function withRemote(repository: FixtureRepository): string {
  const remote = `${repository.folder}.git`;
  createBareRepository(remote);
  repository.git("remote", "add", "origin", remote);
  repository.git("push", "--quiet", "-u", "origin", "main");
  return remote;
}

/** The printed command, typed as it stands. */
function type(repository: FixtureRepository, printed: string | undefined): void {
  execFileSync("sh", ["-c", printed ?? "false"], { cwd: repository.folder, stdio: "pipe" });
}

function bringUpCommand(text: string): string | undefined {
  return /^To bring your checkout up: (?<command>.+)$/mu.exec(text)?.groups?.["command"];
}

describe("with a remote", () => {
  test("the push is said before and after, and the printed command brings the commit", async () => {
    const repository = fresh();
    const remote = withRemote(repository);
    const before = repository.head();

    const unanswered = await line.run(["init"], { cwd: repository.folder });
    const { stdout, stderr, code } = await line.run(["init", "--yes"], { cwd: repository.folder });

    expect([unanswered.code, unanswered.stderr]).toEqual([
      2,
      expect.stringContaining("Commit this as aas.config.jsonc on main and push it to origin/main?"),
    ]);
    expect([code, stderr]).toEqual([0, expect.stringContaining("landings are pushed to origin/main")]);
    expect(stdout).toContain("and pushed it to origin/main.");
    expect([repository.head(), bringUpCommand(stdout)]).toEqual([before, "git pull --ff-only origin main"]);
    type(repository, bringUpCommand(stdout));
    expect(repository.head()).toBe(runFixtureGit(remote, ["rev-parse", "main"]).trim());
    expect(readFileSync(join(repository.folder, "aas.config.jsonc"), "utf8")).not.toMatch(
      /^\s*"updateCheckout"/mu,
    );
  });
});

describe("without a remote", () => {
  test("a clean checkout has the commit, and is said to", async () => {
    const repository = fresh();

    const { stdout, stderr } = await line.run(["init", "--yes"], { cwd: repository.folder });

    expect(stdout).toContain("; your checkout has it.");
    expect(repository.git("log", "-1", "--format=%s")).toBe("chore: set up aas");
    expect(stderr).toContain("  Board   ACTIVE_TASKS.md in this checkout");
    expect(stderr).toContain("  Follow  your clean checkout is fast-forwarded after landings");
  });

  test("a dirty checkout is said to be without it, and the printed command brings it", async () => {
    const repository = fresh();
    repository.write({ a: "mine\n" });

    const { stdout } = await line.run(["init", "--yes"], { cwd: repository.folder });

    expect(stdout).toContain(
      "It stands in the remote aas only.\nYour checkout was left alone (it is not clean: a).",
    );
    type(repository, bringUpCommand(stdout));
    expect(repository.git("log", "-1", "--format=%s")).toBe("chore: set up aas");
    expect(readFileSync(join(repository.folder, "a"), "utf8")).toBe("mine\n");
  });

  test("a board that was committed and written since is no dirt", async () => {
    const repository = fresh();
    repository.commit("board", { "ACTIVE_TASKS.md": "# Tasks\n" });
    repository.write({ "ACTIVE_TASKS.md": "# Tasks\n\nmore\n" });

    const { stdout, stderr } = await line.run(["init", "--yes"], { cwd: repository.folder });

    expect(stderr).toContain("(main, clean)");
    expect(stdout).toContain("; your checkout has it.");
    expect(repository.git("status", "--porcelain").trim()).toBe("M ACTIVE_TASKS.md");
    expect(readFileSync(join(repository.folder, "ACTIVE_TASKS.md"), "utf8")).toBe("# Tasks\n\nmore\n");
  });

  test("a branch that is not the usual one is warned of, with the cure", async () => {
    const repository = fresh();
    repository.git("checkout", "--quiet", "-b", "feature");

    const feature = await line.run(["init", "--dry-run"], { cwd: repository.folder });
    repository.git("checkout", "--quiet", "main");
    const main = await line.run(["init", "--dry-run"], { cwd: repository.folder });

    expect(feature.stderr).toContain("warning: feature becomes the base branch");
    expect(feature.stderr).toContain("git switch main, then aas init");
    expect(main.stderr).not.toContain("becomes the base branch");
  });
});

test("a dry run prints the file once, to the answer", async () => {
  const { stdout, stderr } = await line.run(["init", "--dry-run"], { cwd: fresh().folder });

  expect(stdout).toMatch(/^\/\/ Settings of AAS/u);
  expect(stderr).not.toContain("// Settings of AAS");
});

test("editors are pointed to the schema only where it is installed", async () => {
  const { folder: cwd } = fresh();
  const without = await line.run(["init", "--dry-run"], { cwd });
  mkdirSync(join(cwd, "node_modules/aas"), { recursive: true });
  writeFileSync(join(cwd, "node_modules/aas/aas.config.schema.json"), "{}\n");
  const installed = await line.run(["init", "--dry-run"], { cwd });

  expect(without.stdout).not.toContain("$schema");
  expect(installed.stdout).toContain('"$schema": "./node_modules/aas/aas.config.schema.json"');
});
