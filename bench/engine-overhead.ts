import { spawnSync } from "node:child_process";
import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createBareRepository, type FixtureRepository, runFixtureGit } from "../src/testing/git-fixtures.ts";
import type { EngineCost, EngineJob } from "./engine-worker.ts";
import { createLargeRepository, fileCount, pathOf } from "./large-repository.ts";
import type { PrivateServer } from "./private-server.ts";
import { cpuMsOfThisProcess } from "./process-cpu.ts";
import { type BenchRow, ratioTarget } from "./row.ts";
import { scratchFolder } from "./scratch-folder.ts";

const tasks = 20;
const limit = 3;

/** What a task costs from start to landing when building and checking cost nothing, beside the git commands it needs. */
export async function measureEngineOverhead(server: PrivateServer): Promise<readonly BenchRow[]> {
  using folder = scratchFolder();
  const source = createLargeRepository(join(folder.path, "source"));
  const floorMs = measureBareGit(source, folder.path) / tasks;
  const cost = runEngine({
    databaseUrl: await server.makeDatabase("engine"),
    postmasterPid: server.postmasterPid,
    repository: source.folder,
    folder: join(folder.path, "state"),
    tasks,
  });
  return toRows(cost, floorMs);
}

function runEngine(job: EngineJob): EngineCost {
  mkdirSync(job.folder);
  const file = fileURLToPath(new URL("engine-worker.ts", import.meta.url));
  const result = spawnSync(process.execPath, [file, JSON.stringify(job)], {
    encoding: "utf8",
    timeout: 120_000,
    killSignal: "SIGKILL",
  });
  if (result.status === 0) return JSON.parse(result.stdout) as EngineCost;
  throw new Error(`The worker ended with ${result.status ?? result.signal}: ${result.stderr}`);
}

/** The same changes by hand: worktree, commit, merge, squash, move of the branch. */
function measureBareGit(source: FixtureRepository, folder: string): number {
  const bare = createBareRepository(join(folder, "bare.git"), source);
  const base = source.head();
  const before = cpuMsOfThisProcess();
  const ownBefore = process.cpuUsage();
  for (let index = 0; index < tasks; index += 1) {
    const tree = join(folder, `bare-${index}`);
    bare.git("worktree", "add", "--quiet", "--detach", tree, base);
    appendFileSync(join(tree, pathOf(index)), `task ${index}\n`);
    runFixtureGit(tree, ["commit", "--quiet", "--all", "--message", `task ${index}`]);
    const made = runFixtureGit(tree, ["rev-parse", "HEAD"]).trim();
    const head = bare.git("rev-parse", "refs/heads/main");
    const merged = bare.git("merge-tree", "--write-tree", head, made);
    const landed = bare.git("commit-tree", "-p", head, "-m", `task ${index}`, merged);
    bare.git("update-ref", "refs/heads/main", landed, head);
    bare.git("worktree", "remove", "--force", tree);
  }
  const { user, system } = process.cpuUsage(ownBefore);
  return cpuMsOfThisProcess() - before - (user + system) / 1000;
}

function toRows(cost: EngineCost, floorMs: number): readonly BenchRow[] {
  const [node, git, database] = [cost.oursMs, cost.gitMs, cost.databaseMs].map((each) => each / tasks);
  const ours = (node ?? 0) + (git ?? 0) + (database ?? 0);
  const ratio = ours / floorMs;
  const wall = cost.wallMs / tasks;
  return [
    {
      name: "engine overhead per task",
      ours: `${ours.toFixed(0)} ms CPU`,
      floor: `${floorMs.toFixed(0)} ms CPU (git commands)`,
      ratio,
      target: ratioTarget(ratio, limit),
      samples: tasks,
      note:
        `${fileCount} files; node ${node?.toFixed(0)}, git ${git?.toFixed(0)}, database ${database?.toFixed(0)} ms CPU; ` +
        `wall ${wall.toFixed(0)} ms, of it waiting ${Math.max(0, wall - ours).toFixed(0)} ms; landing included`,
    },
  ];
}
