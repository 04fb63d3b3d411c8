import { expect, test } from "vitest";
import type { RunId } from "../../src/domain/ids.ts";
import { type Stage, stages } from "../../src/domain/stage.ts";
import type { StageFunction } from "../../src/pipeline/driving/pass-stage.ts";
import { changeRun } from "../../src/pipeline/recording/change-run.ts";
import { batch } from "../../src/pipeline/stages/batch.ts";
import { decompose } from "../../src/pipeline/stages/decompose.ts";
import { deploy } from "../../src/pipeline/stages/deploy.ts";
import { implement } from "../../src/pipeline/stages/implement.ts";
import { notify } from "../../src/pipeline/stages/notify.ts";
import { validate } from "../../src/pipeline/stages/validate.ts";
import { wait } from "../../src/pipeline/stages/wait.ts";
import { headOf } from "./support/looking.ts";
import { performStage } from "./support/perform-stage.ts";
import { step } from "./support/plan-of.ts";
import { given, type Story } from "./support/word-book.ts";

const functions: Readonly<Record<Stage, StageFunction>> = {
  decompose,
  batch,
  wait,
  implement,
  validate,
  deploy,
  notify,
};

/** A run of two words that stands at the beginning of a stage; nobody drives it. */
async function standingAt(stage: Stage): Promise<Story & { readonly id: RunId }> {
  const story = await given({ plan: [step("one"), step("two", { after: ["one"] })] });
  const { id } = await story.start("Write two words");
  await changeRun(story.deps, id, { type: "started" });
  for (const each of stages.slice(0, stages.indexOf(stage))) {
    await performStage(story.deps, functions[each], id);
    await changeRun(story.deps, id, {
      type: "stage_entered",
      stage: stages[stages.indexOf(each) + 1] ?? each,
    });
  }
  return { ...story, id };
}

test("decompose alone puts the plan's tasks on the board, queued", async () => {
  await using story = await standingAt("decompose");
  const { id } = story;

  expect(await performStage(story.deps, decompose, id)).toEqual({
    kind: "finished",
    status: "success",
    output: "2 tasks, AAS-1 to AAS-2",
    warnings: ["one has no acceptance command.", "two has no acceptance command."],
    metrics: { tasks: 2, criticalPath: 2, width: 1 },
  });
  const { tasks } = await story.summary(id);
  expect(tasks.map(({ task, boardStatus }) => [task.key, task.dependsOn, boardStatus])).toEqual([
    ["AAS-1", [], "Queued"],
    ["AAS-2", ["AAS-1"], "Blocked"],
  ]);
});

test("batch alone sends nothing where it is switched off", async () => {
  await using story = await standingAt("batch");
  const { id } = story;

  expect(await performStage(story.deps, batch, id)).toEqual({
    kind: "finished",
    status: "success",
    output: "nothing sent in batches",
    metrics: { requests: 0, batches: 0 },
  });
});

test("wait alone ends at once when nothing was sent", async () => {
  await using story = await standingAt("wait");
  const { id } = story;

  expect(await performStage(story.deps, wait, id)).toMatchObject({
    kind: "finished",
    status: "success",
    output: "nothing to wait for",
  });
});

test("implement alone collects the tasks on the integration branch and leaves the base alone", async () => {
  await using story = await standingAt("implement");
  const { id } = story;

  expect(await performStage(story.deps, implement, id)).toEqual({
    kind: "finished",
    status: "success",
    output: "2 of 2 tasks collected",
    metrics: { collected: 2, needsReview: 0 },
  });
  expect(await headOf(story)).toBe(story.repository.head());
});

test("validate alone tests the one commit that would land, and does not land it", async () => {
  await using story = await standingAt("validate");
  const { id } = story;

  expect(await performStage(story.deps, validate, id)).toEqual({
    kind: "finished",
    status: "success",
    output: "words exits with 0, score 1.00",
    warnings: [],
    metrics: { checks: 1, tests: 0, passed: 0, score: 1 },
  });
  const [entry] = await story.deps.db.queue.listIntegrationsOfRun(id);
  expect(entry?.lastCheck?.verdict).toBe("passed");
  expect(await headOf(story)).toBe(story.repository.head());
});

test("deploy alone moves the base to exactly the commit that was tested", async () => {
  await using story = await standingAt("deploy");
  const { id } = story;
  const [entry] = await story.deps.db.queue.listIntegrationsOfRun(id);

  expect(await performStage(story.deps, deploy, id)).toEqual({
    kind: "finished",
    status: "success",
    output: `landed on main as ${entry?.candidate?.sha.slice(0, 8)}`,
    warnings: [],
    metrics: { tasks: 2, files: 2 },
  });
  expect(await headOf(story)).toBe(entry?.candidate?.sha);
});

test("notify alone queues one message for each channel, and repeated, none more", async () => {
  await using story = await standingAt("notify");
  const { id } = story;
  const told = {
    kind: "finished",
    status: "success",
    output: "1 messages queued",
    warnings: [],
    metrics: { messages: 1 },
  };

  expect(await performStage(story.deps, notify, id)).toEqual(told);
  expect(await performStage(story.deps, notify, id)).toEqual(told);

  expect((await story.deps.db.outbox.listOfRun(id)).map(({ kind }) => kind)).toEqual(["run_completed"]);
});

test.each(["wait", "implement", "validate", "deploy"] as const)(
  "%s says that it was interrupted when the run is no longer in it, and lands nothing",
  async (stage) => {
    await using story = await standingAt(stage);
    const { id } = story;
    await changeRun(story.deps, id, { type: "paused", reason: "person" });

    expect(await performStage(story.deps, functions[stage], id)).toEqual({ kind: "interrupted" });

    expect(await headOf(story)).toBe(story.repository.head());
  },
);
