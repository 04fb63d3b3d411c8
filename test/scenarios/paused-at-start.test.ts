import { expect, test } from "vitest";
import { pauseRun, resumeRun } from "../../src/pipeline/control/steer-run.ts";
import { statesOf } from "./support/looking.ts";
import { step } from "./support/plan-of.ts";
import { given, type Story } from "./support/word-book.ts";

test("a task whose start a pause overtakes is started when the run goes on", async () => {
  let isPaused = false;
  await using story: Story = await given({
    plan: [step("one")],
    deps: ({ db, durable }) => ({
      db: {
        ...db,
        transaction: (work) => db.transaction(work),
        close: () => db.close(),
        tasks: Object.assign(Object.create(db.tasks) as typeof db.tasks, {
          get: async (id: Parameters<typeof db.tasks.get>[0]) => {
            const task = await db.tasks.get(id);
            if (!isPaused && task.runId !== null) {
              isPaused = true;
              await pauseRun(story.person, task.runId);
            }
            return task;
          },
        }),
      },
      durable,
    }),
  });
  const { id } = await story.start("Write a word");
  await story.until(id, ({ run }) => run.state.status === "paused");

  await resumeRun(story.person, id);
  const run = await story.settle(id);

  expect(run.state).toEqual({ status: "completed", outcome: "full" });
  expect(await statesOf(story, id)).toEqual({ "Write one": "Done" });
});
