import { describe, expect, test } from "vitest";
import { plainPrice } from "../../src/domain/money/price.ts";
import type { RunPolicy } from "../../src/domain/running/run-policy.ts";
import { resumeRun } from "../../src/pipeline/control/steer-run.ts";
import { capsOf } from "../../src/pipeline/paying/project-caps.ts";
import { listNeedsYou } from "../../src/pipeline/queries/needs-you.ts";
import { planOf, step } from "./support/plan-of.ts";
import { given, word } from "./support/word-book.ts";

const modelPrice = plainPrice(1_000_000, 10_000_000);
const perRun = { budgetLimitMicroUsd: 10_000_000, budgetWarnMicroUsd: null } as const;

describe("caps that stopped a run", () => {
  test.each<[string, (microUsd: number) => Partial<RunPolicy>, string]>([
    [
      "project",
      (microUsd) => ({ budgetPerProjectMicroUsd: microUsd }),
      "past the cap of the project (budget.perProjectUsd). Raise budget.perProjectUsd in aas.config.jsonc on the base branch.",
    ],
    [
      "day",
      (microUsd) => ({ budgetPerDayMicroUsd: microUsd }),
      "past the cap of the day (budget.perDayUsd), which ends at 00:00 UTC. Raise budget.perDayUsd in aas.config.jsonc on the base branch, or wait until 00:00 UTC.",
    ],
  ])(
    "of the %s are read as the settings say them when a run is resumed, and count for all runs",
    async (_purse, cap, what) => {
      await using story = await given({
        plan: [planOf(step("one")), planOf(step("two"))],
        answers: { one: [word("one")], two: [word("two")] },
        price: modelPrice,
        policy: { ...perRun, ...cap(1_000) },
      });
      const first = await story.settle((await story.start("Write a word")).id);
      const second = await story.settle((await story.start("Write a word")).id);
      const resume = `aas automate resume`;
      const needs = await listNeedsYou(story.deps, story.projectId);
      expect(needs.map((each) => [each.what, each.command])).toEqual([
        [expect.stringContaining(what), `${resume} ${first.id}`],
        [expect.stringContaining(what), `${resume} ${second.id}`],
      ]);
      expect(needs[0]?.what).toMatch(/^paused: money\. The next call could go \$/u);

      await resumeRun(story.person, first.id, { caps: capsOf(story.policy(cap(50_000_000))) });
      const run = await story.settle(first.id);
      await resumeRun(story.person, second.id);
      const other = await story.settle(second.id);

      expect(run.state).toEqual({ status: "completed", outcome: "full" });
      expect(other.state).toEqual({ status: "completed", outcome: "full" });
      expect(story.messages.map(({ text }) => text).join("\n")).toContain(`${resume} ${first.id}`);
    },
  );

  test("of a run's tokens are raised with the command that is shown", async () => {
    await using story = await given({
      plan: [step("one")],
      price: modelPrice,
      policy: { ...perRun, budgetPerRunTokens: 1_500 },
    });
    const { id } = await story.start("Write a word");
    await story.settle(id);
    const [need] = await listNeedsYou(story.deps, story.projectId);
    expect(need?.command).toBe(`aas automate resume ${id} --tokens <count>`);

    await resumeRun(story.person, id, { budgetPerRunTokens: 1_000_000 });

    expect((await story.settle(id)).state).toEqual({ status: "completed", outcome: "full" });
  });
});
