import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { AasError } from "../../src/domain/errors.ts";
import type { RunId } from "../../src/domain/ids.ts";
import { cancelRun } from "../../src/pipeline/control/steer-run.ts";
import { replaced } from "../support/replaced.ts";
import { entryOf } from "./support/looking.ts";
import { refuse } from "./support/person.ts";
import { planOf, step } from "./support/plan-of.ts";
import { given, type Story, word } from "./support/word-book.ts";

describe("what people were shown", () => {
  const asked = { mergeAuto: false, requireApproval: true };

  test.each([
    [
      "a no",
      (story: Story, id: RunId) => refuse(story, id, "not now"),
      "not_approved: A person said no: not now",
    ],
    ["the end of its run", (story: Story, id: RunId) => cancelRun(story.person, id), "canceled"],
  ])("goes with %s: its staging branch and its deployment", async (_name, end, reason) => {
    await using story = await given({ plan: [step("one")], policy: asked, home: "remote" });
    const { id } = await story.start("Write a word");
    await story.settle(id);
    expect(story.base.git("for-each-ref", "refs/heads/staging/")).not.toBe("");

    await end(story, id);
    await story.until(id, async () => (await entryOf(story, id))?.outcome?.kind === "rejected");
    await story.until(id, () => story.base.git("for-each-ref", "refs/heads/staging/") === "");

    const entry = await entryOf(story, id);
    const deployment = entry === undefined ? null : await story.deps.db.queue.findDeploymentOf(entry.id);
    expect(deployment?.state).toEqual({ status: "failed", reason });
  });

  test("goes with a run that fails while it deploys", async () => {
    const refused = new AasError("not_allowed", "The branch is protected.");
    await using story = await given({
      plan: [step("one")],
      home: "remote",
      deps: ({ forge }) => ({ forge: replaced(forge, { moveBase: () => Promise.reject(refused) }) }),
    });

    const run = await story.settle((await story.start("Write a word")).id);

    expect(run.state).toEqual({ status: "failed", stage: "deploy", code: "environment" });
    await story.until(run.id, () => story.base.git("for-each-ref", "refs/heads/staging/") === "");
    expect((await entryOf(story, run.id))?.outcome?.kind).toBe("rejected");
  });

  test("is kept thirty days as a tag of where the base was, and cleared by a later landing", async () => {
    await using story = await given({
      plan: [planOf(step("one")), planOf(step("two")), planOf(step("three"))],
      answers: { one: [word("one")], two: [word("two")], three: [word("three")] },
      home: "remote",
    });
    const tags = (): ReadonlySet<string> => {
      const names = story.base.git("for-each-ref", "--format=%(refname:lstrip=4)", "refs/tags/aas/rollback/");
      return new Set(names.split("\n"));
    };
    const day = 24 * 3_600_000;
    const first = await story.settle((await story.start("Write one")).id);
    story.clock.putForward(29 * day);
    const second = await story.settle((await story.start("Write two")).id);
    const entries = [await entryOf(story, first.id), await entryOf(story, second.id)].map((each) => each?.id);
    expect(tags()).toEqual(new Set(entries));

    story.clock.putForward(2 * day);
    const third = await story.settle((await story.start("Write three")).id);

    expect(tags()).toEqual(new Set([entries[1], (await entryOf(story, third.id))?.id]));
  });
});

test("a push that the other side refuses for a while is tried again, and is no verdict about the work", async () => {
  await using story: Story = await given({
    plan: [step("one")],
    home: "remote",
    answers: {
      one: [
        () => {
          const hook = join(story.base.folder, "hooks", "update");
          mkdirSync(join(story.base.folder, "hooks"), { recursive: true });
          const once = join(story.base.folder, "once");
          const script = `case $1 in refs/heads/main) [ -e '${once}' ] || { touch '${once}'; echo 'not now' >&2; exit 1; } ;; esac`;
          writeFileSync(hook, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
          return word("one");
        },
      ],
    },
  });

  const run = await story.settle((await story.start("Write a word")).id);

  expect(run.state).toEqual({ status: "completed", outcome: "full" });
  expect(story.troubles.join("\n")).toContain("not now");
});
