import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readJournal } from "../../src/adapters/recorded-model/batch-journal.ts";
import { hashRequest, toRecordedReply, writeReplies } from "../../src/adapters/recorded-model/replies.ts";
import { batchResultsFolderOf } from "../../src/app/worker/keep-batch-results.ts";
import { findProjectHome, type ProjectHome } from "../../src/app/project/project-home.ts";
import { readPrompts } from "../../src/app/read-prompts.ts";
import { findWorker } from "../../src/app/worker/worker-process.ts";
import type { RunId } from "../../src/domain/ids.ts";
import type { Run } from "../../src/domain/run.ts";
import { analysisRequest, buildRequest } from "../../src/pipeline/prompting/requests.ts";
import { readAnalysis } from "../../src/pipeline/reading/read-analysis.ts";
import type { ModelRequest } from "../../src/ports/model.ts";
import { createRepository, type FixtureRepository } from "../../src/testing/git-fixtures.ts";
import { sampleTask } from "../../src/testing/samples.ts";
import { writing } from "../../src/testing/scripted-model.ts";
import { type CommandLine, openCommandLine } from "../cli/command-line.ts";
import { startFollower } from "./follower.ts";

/** One project with a recorded model, its board, and a monitor that comes and goes. */
let machine: CommandLine;
let repository: FixtureRepository;
let home: ProjectHome;

const words = ["one", "two", "three", "four"] as const;

const config = {
  model: { provider: "recorded", replies: "replies.json" },
  checks: [{ name: "words", kind: "other", gate: "must", command: ["test", "-f", "words/start.txt"] }],
  merge: { auto: true },
  approvals: { merge: false },
  batch: { pollInterval: "1s", scanInterval: "1s" },
};

beforeAll(async () => {
  machine = openCommandLine();
  const replies = join(machine.folder, "replies.json");
  await recordReplies(replies);
  repository = createRepository(join(machine.folder, "words"), {
    files: {
      "aas.config.jsonc": JSON.stringify(config),
      "replies.json": readFileSync(replies, "utf8"),
      "words/start.txt": "start\n",
    },
  });
  await aas("init", "--yes");
  home = findProjectHome(repository.folder, { AAS_STATE_HOME: machine.stateFolder });
  await addWord("one");
}, 60_000);

afterAll(async () => {
  await stopWorker("SIGTERM");
  await machine.close();
});

/** Each word is asked for by a run of its own: `Analyse AAS-1` is about the first. */
async function recordReplies(file: string): Promise<void> {
  const prompts = await readPrompts();
  const byHash = words.flatMap((word, index) => {
    const goal = `Analyse AAS-${index + 1}`;
    const files = [`words/${word}.txt`];
    const task = sampleTask({ title: `Write ${word}`, description: "", files, acceptance: [] });
    const text = JSON.stringify({
      complexity: "low",
      priority: { change: "raise", to: "high", reason: "soon" },
      blockers: [],
      firstStep: `find ${word}`,
      steps: [`write ${word}`],
    });
    const analysis = readAnalysis(text, "stop");
    const build = buildRequest(prompts, {
      goal,
      task,
      analysis,
      plan: null,
      files: new Map(),
      lastFailure: null,
      landedMeanwhile: [],
    });
    return [
      reply(analysisRequest(prompts, goal, task), text),
      reply(build, writing({ [`words/${word}.txt`]: `${word}\n` })),
    ];
  });
  await writeReplies(file, { model: "recorded-1", byHash: new Map(byHash) });
}

function reply(request: ModelRequest, text: string): [string, ReturnType<typeof toRecordedReply>] {
  const answer = { text, finish: "stop", usage: null, model: null } as const;
  return [hashRequest(request), toRecordedReply(request, answer)];
}

function aas(...args: readonly string[]): ReturnType<CommandLine["run"]> {
  return machine.run(args, { cwd: repository.folder });
}

// oxlint-disable-next-line typescript/no-explicit-any -- what it holds is what tests are about
async function resultOf(...args: readonly string[]): Promise<any> {
  return (await machine.runJson(args, { cwd: repository.folder })).document.result;
}

function addWord(word: string): ReturnType<typeof aas> {
  return aas("task", "add", `Write ${word}`, "--files", `words/${word}.txt`);
}

async function runs(): Promise<readonly Run[]> {
  await using project = await machine.openProject(repository);
  return project.db.runs.list(project.home.id, {});
}

/** Looks until the run is held: a worker of its own does the work. */
async function untilHeld(runId: string): Promise<Run> {
  await using project = await machine.openProject(repository);
  for (;;) {
    const run = await project.db.runs.get(runId as RunId);
    if (run.state.status !== "running" && run.state.status !== "queued") return run;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function batchesCreated(): Promise<number> {
  const journal = await readJournal(join(home.folder, "recorded-provider.jsonl"));
  return journal.filter(({ type }) => type === "batch_created").length;
}

async function stopWorker(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  const pid = findWorker(home);
  if (pid === null) return;
  process.kill(pid, signal);
  while (findWorker(home) === pid) await new Promise((resolve) => setTimeout(resolve, 50));
}

describe("aas batch", { shuffle: false, timeout: 60_000 }, () => {
  let runId = "";
  let batchId = "";

  test("a dry run names the tasks and sends nothing", async () => {
    const { code, stdout } = await aas("batch", "submit", "--dry-run");

    expect([code, stdout]).toEqual([0, "Would have 1 task analysed: AAS-1 (nothing was sent)\n"]);
    expect(await runs()).toEqual([]);
  });

  test("what stands on the board is analysed and then held", async () => {
    const submitted = await resultOf("batch", "submit");
    ({ runId } = submitted);

    expect(submitted).toMatchObject({ goal: "Analyse AAS-1", tasks: ["AAS-1"], holdsAfterwards: true });
    expect((await untilHeld(runId)).state).toEqual({
      status: "paused",
      stage: "implement",
      reason: "person",
    });
    const { batches } = await resultOf("batch", "status");
    expect(batches).toMatchObject([{ runId, status: "completed", outcomes: { ok: 1 }, lookEveryMs: null }]);
    batchId = batches[0].id;
    expect((await aas("automate", "status")).stdout).toContain(`aas batch implement ${runId}`);
  });

  test("the results are told, and kept as a file beside the project and not in the checkout", async () => {
    const { stdout } = await aas("batch", "results", batchId);

    expect(stdout).toContain("AAS-1  ok\n  complexity  low\n  priority    raise to high\n");
    const file = join(batchResultsFolderOf(home), `${batchId}.jsonl`);
    while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ taskKey: "AAS-1", status: "ok" });
    expect(repository.git("status", "--porcelain")).toBe("");
  });

  test("after the worker was killed a person's word still builds it, and nothing is asked again", async () => {
    await stopWorker("SIGKILL");

    const implemented = await aas("batch", "implement", batchId);
    const attached = await aas("automate", "attach", runId);

    expect([implemented.code, implemented.stdout]).toEqual([
      0,
      `${runId} is running(implement).\n  aas automate attach ${runId}\n`,
    ]);
    expect([attached.code, attached.stdout]).toEqual([0, expect.stringContaining("Landed on main as ")]);
    repository.git("fetch", "--quiet", "aas");
    expect(repository.git("show", "aas/main:words/one.txt")).toBe("one");
    expect(await batchesCreated()).toBe(1);
    expect((await aas("batch", "submit")).stdout).toBe("Nothing new to analyse.\n");
  });

  test("watch --once sends what is new once, and brings back a worker that died while the batch was away", async () => {
    await addWord("two");

    const first = await aas("batch", "watch", "--once");
    while ((await batchesCreated()) < 2) await new Promise((resolve) => setTimeout(resolve, 50));
    await stopWorker("SIGKILL");
    const second = await aas("batch", "watch", "--once");

    expect([first.code, first.stdout]).toEqual([0, expect.stringMatching(/ submitted run_\w+ AAS-2\n$/u)]);
    expect([second.code, second.stdout]).toEqual([0, ""]);
    const [newest] = await runs();
    expect((await untilHeld(newest?.id ?? "")).state).toMatchObject({ stage: "implement", reason: "person" });
    expect([(await runs()).length, await batchesCreated()]).toEqual([2, 2]);
  });

  test("watch tells what comes, is held and is sent, until Ctrl-C", async () => {
    const watching = startFollower(["batch", "watch"], {
      cwd: repository.folder,
      env: { PATH: process.env["PATH"] ?? "", HOME: machine.folder, AAS_STATE_HOME: machine.stateFolder },
    });
    await addWord("three");
    await watching.said(" held ");

    watching.interrupt();
    const { code, said } = await watching.ended;

    expect(code).toBe(0);
    const kinds = said
      .trim()
      .split("\n")
      .map((line) => line.split(" ")[1]);
    expect(kinds).toEqual(["submitted", "sent", "back", "held"]);
    expect(said).toMatch(/ submitted run_\w+ AAS-3\n/u);
    expect(said).toMatch(/ held {6}run_\w+ The analyses are back\. aas batch implement run_\w+\n/u);
    expect(await batchesCreated()).toBe(3);
  });

  test("with batch.autoImplement what watch sends is built and landed, with nobody asked", async () => {
    const settings = { ...config, batch: { ...config.batch, autoImplement: true } };
    repository.git("pull", "--quiet", "aas", "main");
    repository.commit("settings", { "aas.config.jsonc": JSON.stringify(settings) });
    await addWord("four");

    const { stdout } = await aas("batch", "watch", "--once");

    const sent = / submitted (?<run>run_\w+) AAS-4\n$/u.exec(stdout)?.groups?.["run"] ?? "";
    expect((await untilHeld(sent)).state).toEqual({ status: "completed", outcome: "full" });
    repository.git("fetch", "--quiet", "aas");
    expect(repository.git("show", "aas/main:words/four.txt")).toBe("four");
    expect(await batchesCreated()).toBe(4);
  });
});
