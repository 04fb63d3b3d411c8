import {
  appendFileSync,
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { findProjectHome, mirrorFolderOf } from "../../src/app/project/project-home.ts";
import { makeId } from "../../src/domain/ids.ts";
import {
  createBareRepository,
  type FixtureRepository,
  openRepository,
  runFixtureGit,
} from "../../src/testing/git-fixtures.ts";
import { sampleRun, sampleTask } from "../../src/testing/samples.ts";
import { openCommandLine } from "./command-line.ts";

const line = openCommandLine();
afterAll(() => line.close());

const looks = ["doctor", "init --dry-run"] as const;

test.each(looks)("aas %s makes no mirror where there is none", async (look) => {
  const repository = line.setUpRepository(`missing-${look.length}`);

  const { code } = await line.run(look.split(" "), { cwd: repository.folder });

  expect({ code, isMade: existsSync(mirrorOf(repository)) }).toEqual({ code: 0, isMade: false });
});

test.each(looks)("aas %s moves no ref of the mirror after a commit on the base", async (look) => {
  const repository = line.setUpRepository(`behind-${look.length}`);
  await line.run(["init", "--yes"], { cwd: repository.folder });
  repository.commit("later", { "later.txt": "later\n" });
  const before = filesIn(mirrorOf(repository));

  const { code } = await line.run(look.split(" "), { cwd: repository.folder });

  expect(code).toBe(0);
  expect(filesIn(mirrorOf(repository))).toEqual(before);
});

test.each(looks)("aas %s leaves a damaged mirror as it is", async (look) => {
  const repository = line.setUpRepository(`damaged-${look.length}`);
  await line.run(["init", "--yes"], { cwd: repository.folder });
  damageWorkIn(mirrorOf(repository));
  const before = filesIn(mirrorOf(repository));

  const { stdout, stderr } = await line.run(look.split(" "), { cwd: repository.folder });

  expect(stdout + stderr).toMatch(/mirror.* is damaged/u);
  expect(filesIn(mirrorOf(repository))).toEqual(before);
});

test("a base that only the remote has is read for the look, and is not kept", async () => {
  const repository = line.setUpRepository("cloned");
  const remote = createBareRepository(`${repository.folder}.git`);
  repository.git("remote", "add", "origin", remote.folder);
  repository.git("push", "--quiet", "-u", "origin", "main");
  repository.git("update-ref", "refs/remotes/origin/main", repository.head());
  const clone = join(line.folder, "other");
  runFixtureGit(line.folder, ["clone", "--quiet", remote.folder, clone]);
  const other = openRepository(clone);
  other.commit("settings", { "aas.config.jsonc": '{ "checks": [] }\n' });
  other.git("push", "--quiet", "origin", "main");
  await line.run(["init", "--yes"], { cwd: repository.folder });
  other.commit("more settings", { "aas.config.jsonc": "{ broken" });
  other.git("push", "--quiet", "origin", "main");
  const before = filesIn(mirrorOf(repository));

  const { document } = await line.runJson(["doctor"], { cwd: repository.folder });

  expect(document.result.checks).toContainEqual(expect.objectContaining({ id: "config", verdict: "fail" }));
  expect(filesIn(mirrorOf(repository))).toEqual(before);
});

test("a mirror that is missing although tasks have their work in it is a problem, and no command is offered that would hide it", async () => {
  const repository = line.setUpRepository("lost");
  await line.run(["init", "--yes"], { cwd: repository.folder });
  await using project = await line.openProject(repository);
  const { home, db, clock } = project;
  await db.projects.insert({ id: home.id, name: home.name, repository: home.root, createdAt: clock.now() });
  const run = sampleRun({ id: makeId("run", "lost"), projectId: home.id });
  await db.runs.insert(run);
  const state = { status: "collected", submissionId: makeId("sub", "lost"), sha: repository.head() } as const;
  await db.tasks.insert(sampleTask({ projectId: home.id, runId: run.id, state }));
  const mirror = mirrorOf(repository);
  renameSync(mirror, `${mirror}.away`);

  const { code, document } = await line.runJson(["doctor"], { cwd: repository.folder });

  expect(code).toBe(1);
  expect(document.result.checks).toContainEqual({
    id: "mirror",
    verdict: "fail",
    detail: `${mirror} is missing, and the work of 1 task stands on its branches alone`,
    cure: `Put it back at ${mirror} before any other command makes a new one.`,
  });
});

function mirrorOf({ folder }: FixtureRepository): string {
  return mirrorFolderOf(findProjectHome(folder, { AAS_STATE_HOME: line.stateFolder }));
}

/** Work of a run that only the mirror has, with a byte too many behind it. */
function damageWorkIn(mirror: string): void {
  const git = (...args: readonly string[]): string => runFixtureGit(mirror, args).trim();
  const tree = git("rev-parse", "main^{tree}");
  const work = git("commit-tree", tree, "-p", "main", "-m", "only here");
  git("update-ref", "refs/heads/aas/run/one", work);
  const file = join(mirror, "objects", work.slice(0, 2), work.slice(2));
  chmodSync(file, 0o644);
  appendFileSync(file, "\n");
}

function filesIn(folder: string): Readonly<Record<string, string>> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();
  const files = paths.filter((path) => statSync(join(folder, path)).isFile());
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(folder, path), "hex")]));
}
