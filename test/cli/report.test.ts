import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findProjectHome } from "../../src/app/project/project-home.ts";
import { writeProjectSettings } from "../../src/app/project/project-settings.ts";
import { makeId, toTaskKey } from "../../src/domain/ids.ts";
import { costOf, plainPrice, type Rates, type TokenUsage } from "../../src/domain/money/price.ts";
import type { CostSum } from "../../src/pipeline/queries/run-costs.ts";
import { sampleRollback } from "../../src/testing/delivery-samples.ts";
import {
  samplePolicy,
  sampleRun,
  sampleSha,
  sampleStageResult,
  sampleTask,
  sampleTime,
} from "../../src/testing/samples.ts";
import { openCommandLine } from "./command-line.ts";
import { tellCostlyRun } from "./tell-costly-run.ts";
import { landedSha, tellLandedRun } from "./tell-run.ts";

const line = openCommandLine();
const todo = line.setUpRepository("todo");

beforeAll(async () => {
  await using project = await line.openProject(todo);
  const { db, home } = project;
  const shared = { projectId: home.id };
  await tellLandedRun(project, "landed");
  await tellLandedRun(project, "undone");
  const rollback = sampleRollback({ id: makeId("rbk", "undone"), runId: makeId("run", "undone"), landedSha });
  await db.queue.insertRollback({ ...rollback, state: { status: "completed", revertSha: sampleSha(78) } });
  await tellLandedRun(project, "followed", { policy: samplePolicy({ updateCheckout: true }) });
  await tellLandedRun(project, "behind", {
    policy: samplePolicy({ updateCheckout: true }),
    stageResults: [sampleStageResult({ stage: "deploy", warnings: ["Your checkout was left alone (why)."] })],
  });
  await tellLandedRun(project, "partial", { state: { status: "completed", outcome: "partial" } });
  const left = {
    id: makeId("tsk", "left"),
    key: toTaskKey("PARTIAL-2"),
    title: "Docs",
    runId: makeId("run", "partial"),
  };
  await db.tasks.insert(
    sampleTask({ ...shared, ...left, state: { status: "needs_review", reason: "3 attempts failed" } }),
  );
  const error = {
    code: "validation_failed",
    message: "2 tests fail on main",
    cure: "look at the tests",
  } as const;
  const failed = { status: "failed", stage: "validate", code: "validation_failed" } as const;
  await db.runs.insert(
    sampleRun({ ...shared, id: makeId("run", "failed"), state: failed, error, finishedAt: sampleTime(3) }),
  );
  await tellCostlyRun(project, "costly");
  await db.runs.insert(sampleRun({ ...shared, id: makeId("run", "fresh"), createdAt: sampleTime(60) }));
});

afterAll(() => line.close());

test("a landed run is told from its outcome to its costs", async () => {
  const { stdout, code } = await line.run(["report", "run_landed"], { cwd: todo.folder });

  expect(code).toBe(0);
  expect(stdout.split("\n")).toEqual([
    "run_landed  landed on main as 00000000 after 9 m: 1 task, 2 attempts",
    "  Add due dates to todos",
    "",
    "What happened",
    "  decompose  success        1 m  1 task, A-1",
    "  deploy     success        7 m  landed",
    "  (paused)   approval       2 m  Merge it?, ended by person:ada",
    "",
    "Tasks",
    "  LANDED-1  Done  Store due dates  (2 attempts)",
    "    attempt 1 failed (checks): tests: failing: sorts",
    "        sorts: expected 1",
    "          got 2",
    "",
    "Checks",
    "  passed at 00000000, score 0.60",
    "  tests  passed  1 of 1  must",
    "  style  failed  0 of 0  should  3 lines are too long",
    "  regressions: todo > sorts",
    "",
    "Approvals",
    "  merge of 00000000: approved by person:ada, 2026-01-01T12:08:00.000Z",
    "",
    "Landed",
    `  ${landedSha} on main`,
    "",
    "Cost",
    "  $0.26 of $5.00 in 2 paid calls",
    "",
    "Your checkout was left as it is. To bring it up to date:",
    "  git fetch aas",
    "  git merge --ff-only aas/main",
    "",
  ]);
});

test("with --cost every paid call is told, and which amounts are estimates", async () => {
  const { stdout } = await line.run(["report", "run_landed", "--cost"], { cwd: todo.folder });
  const { document } = await line.runJson(["report", "run_landed", "--cost"], { cwd: todo.folder });

  expect(stdout.slice(stdout.indexOf("\nCost\n"))).toContain(
    [
      "  call  task  model         tier      fresh  cached  kept  out  $ per million   cost",
      "  plan        openai gpt-5  standard   1200       0     0  300  1.5/0.15/1.5/5  $0.012500",
      "  plan        openai gpt-5  standard      -       -     -    -               -  $0.250000  estimated",
    ].join("\n"),
  );
  expect(document.result.calls).toMatchObject([
    { microUsd: 12_500, isEstimated: false },
    { microUsd: 250_000, isEstimated: true },
  ]);
});

describe("a run whose calls went every way there is", () => {
  test("is told call by call, with what a batch saved and what was never answered", async () => {
    const { stdout } = await line.run(["report", "run_costly", "--cost"], { cwd: todo.folder });

    expect(stdout.slice(stdout.indexOf("Cost\n")).split("\n")).toEqual([
      "Cost",
      "  $0.01 of $5.00 in 5 paid calls, $0.50 held back",
      "",
      "  call       task      model                      tier      fresh  cached  kept  out  $ per million        cost",
      "  decompose            openai gpt-5.4-2026-03-05  standard   1001       0     0  333  2.5/0.25/2.5/15      $0.007498",
      "  analyse    COSTLY-1  openai gpt-5.4-2026-03-05  batch       491     512     0   77  1.25/0.125/1.25/7.5  $0.001256",
      "  analyse    COSTLY-1  openai gpt-5.4-2026-03-05  batch       491       0   512   91  1.25/0.125/1.25/7.5  $0.001937",
      "  analyse              openai gpt-5.4             batch         -       -     -    -                    -  $0.001234  estimated",
      "  build      COSTLY-1  openai gpt-5.4             standard      -       -     -    -                    -  $0.250000  held back, never answered: openai brought nothing in 60 s.",
      "  build      COSTLY-1  openai gpt-5.4-2026-03-05  standard      7       0     0    1  2.5/0.25/2.5/15      $0.000033",
      "  build                openai gpt-5.4             standard      -       -     -    -                    -  $0.000000  not charged",
      "  build                openai gpt-5.4             standard      -       -     -    -                    -  $0.250000  held back",
      "",
      "  in decompose       1 call   $0.007498",
      "  in batch           3 calls  $0.004427",
      "  in implement       1 call   $0.000033  and $0.500000 held back",
      "  by openai gpt-5.4  5 calls  $0.011958  and $0.500000 held back",
      "  in all             5 calls  $0.011958  and $0.500000 held back",
      "",
      "  batches saved $0.003191: at the ordinary price these calls cost $0.015149",
      "  $0.001234 of it is estimated: the provider did not say what was used",
      "  $0.250000 stays held back for calls that were never answered",
      "",
    ]);
  });

  test("adds up to the micro-dollar: rows, sums by stage and by model, the cost of the run", async () => {
    const { stdout } = await line.run(["report", "run_costly", "--cost"], { cwd: todo.folder });
    const { document } = await line.runJson(["report", "run_costly", "--cost"], { cwd: todo.folder });
    const { calls, costs, run } = document.result as unknown as CostlyReport;

    const sumWhere = (statuses: readonly string[]): number =>
      calls.reduce((sum, call) => sum + (statuses.includes(call.status) ? call.microUsd : 0), 0);
    expect(sumWhere(["settled"])).toBe(run.budget.settledMicroUsd);
    expect(sumWhere(["reserved", "undelivered"])).toBe(run.budget.reservedMicroUsd);
    for (const group of [[costs.total], costs.byStage, costs.byModel])
      expect(group.reduce((sum, each) => sum + each.settledMicroUsd, 0)).toBe(run.budget.settledMicroUsd);
    expect(costs.total.savedMicroUsd).toBe(costs.total.standardMicroUsd - costs.total.settledMicroUsd);
    const rows = stdout.split("\n").filter((text) => /^ {2}(?:decompose|analyse|build) /u.test(text));
    const told = rows.map((row) => Number(/\$(?<usd>\d+\.\d{6})/u.exec(row)?.groups?.["usd"]) * 1e6);
    expect(Math.round(told.reduce((sum, each) => sum + each, 0))).toBe(
      sumWhere(["settled", "reserved", "undelivered"]),
    );
  });

  test("lets anybody reckon each cost again from its tokens and rates", async () => {
    const { document } = await line.runJson(["report", "run_costly", "--cost"], { cwd: todo.folder });
    const { calls } = document.result as unknown as CostlyReport;

    const exact = calls.filter(({ rates }) => rates !== null);
    expect(exact.length).toBe(4);
    for (const { rates, microUsd, ...tokens } of exact)
      expect(costOf(tokens, { rates: rates ?? plainPrice(0, 0).rates, longPrompts: [] })).toBe(microUsd);
  });
});

interface CostlyReport {
  readonly calls: readonly (TokenUsage & {
    readonly status: string;
    readonly microUsd: number;
    readonly rates: Rates | null;
  })[];
  readonly costs: Readonly<Record<"byStage" | "byModel", readonly CostSum[]>> & { readonly total: CostSum };
  readonly run: { readonly budget: { readonly settledMicroUsd: number; readonly reservedMicroUsd: number } };
}

test("scripts get the same facts", async () => {
  const { document } = await line.runJson(["report", "run_landed"], { cwd: todo.folder });

  expect(document.result).toMatchObject({
    run: { id: "run_landed", landedSha, budget: { settledMicroUsd: 262_500 } },
    timeline: [
      { kind: "stage", stage: "decompose", status: "success" },
      { kind: "stage", stage: "deploy", status: "success" },
      { kind: "pause", reason: "approval", endedBy: "person:ada" },
    ],
    judged: {
      sha: landedSha,
      verdict: "passed",
      regressions: ["todo > sorts"],
      checks: [
        { name: "tests", passed: 1 },
        { name: "style", status: "failed" },
      ],
    },
    approvals: [{ sha: landedSha, state: { status: "approved", by: "person:ada" } }],
    calls: null,
    needsYou: [],
    closingCommands: ["git fetch aas", "git merge --ff-only aas/main"],
  });
});

test("a rollback is told with who asked for it, why, and the commit that undid it", async () => {
  const { stdout } = await line.run(["report", "run_undone"], { cwd: todo.folder });

  const { reason, requestedBy } = sampleRollback();
  expect(stdout).toContain(
    `Rollback\n  asked for by ${requestedBy}: ${reason}\n  done by ${sampleSha(78)}\n`,
  );
});

test("a checkout that follows by itself is not asked to", async () => {
  const { stdout } = await line.run(["report", "run_followed"], { cwd: todo.folder });
  const behind = await line.run(["report", "run_behind"], { cwd: todo.folder });

  expect(stdout).not.toContain("git merge");
  expect(behind.stdout).toContain("  git fetch aas\n  git merge --ff-only aas/main\n");
});

test("with a remote the base moved there, and the checkout is brought up by a pull", async () => {
  const away = line.setUpRepository("away");
  const home = findProjectHome(away.folder, { AAS_STATE_HOME: line.stateFolder });
  writeProjectSettings(home, { baseBranch: "main", remote: { name: "origin", url: "/nowhere" } });
  await using project = await line.openProject(away);
  await tellLandedRun(project, "pushed");

  const { document } = await line.runJson(["report", "run_pushed"], { cwd: away.folder });

  expect(document.result).toMatchObject({
    run: { landedSha },
    closingCommands: ["git pull --ff-only origin main"],
  });
});

test("what a run that landed in part left undone waits for a person", async () => {
  const { stdout } = await line.run(["report", "run_partial"], { cwd: todo.folder });

  expect(stdout).toContain("landed in part on main");
  expect(stdout).toContain("  PARTIAL-2  Needs Review  Docs  (not tried)\n    why: 3 attempts failed\n");
  expect(stdout).toContain("Needs you\n  PARTIAL-2 Docs: 3 attempts failed\n    aas task show PARTIAL-2\n");
});

test("a failed run says why, what helps, and how to go on", async () => {
  const { stdout, code } = await line.run(["report", "run_failed"], { cwd: todo.folder });

  expect(code).toBe(0);
  expect(stdout).toContain("run_failed  failed in validate (validation_failed) after 3 m");
  expect(stdout).toContain("Why  2 tests fail on main\nFix  look at the tests\n");
  expect(stdout).toContain('aas automate retry run_failed --hint "…"');
});

test("last is the newest run, and one that has only begun has little to tell", async () => {
  const { stdout } = await line.run(["report", "last"], { cwd: todo.folder });

  expect(stdout).toMatch(/^run_fresh {2}queued after /u);
  expect(stdout).toContain("Cost\n  $0.00 of $5.00 in 0 paid calls\n");
});

test("a run that does not exist is said to be missing", async () => {
  const { code, document } = await line.runJson(["report", "nothing"], { cwd: todo.folder });

  expect(code).toBe(2);
  expect(document.error).toMatchObject({ code: "not_found", fix: "aas automate list" });
});
