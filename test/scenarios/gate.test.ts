import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { triesUsed } from "../../src/domain/attempt.ts";
import type { RunId } from "../../src/domain/ids.ts";
import { writing } from "../../src/testing/scripted-model.ts";
import { runFixtureGit } from "../../src/testing/git-fixtures.ts";
import { decideApproval, findQuestion } from "../../src/pipeline/control/decide-approval.ts";
import { approve, refuse } from "./support/person.ts";
import { step } from "./support/plan-of.ts";
import { rogueBuilder } from "./support/rogue-builder.ts";
import { given, type Story, word, wordCheck } from "./support/word-book.ts";

describe("the gate refuses, which costs a try and is told, a change", () => {
  test.each([
    ["outside of the files of its task", word("other"), '"words/other.txt" is outside the files of the task'],
    [
      "that left conflict marks",
      word("one", "<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs"),
      "conflict marks",
    ],
    ["with a name that leaves the folder", writing({ "../one.txt": "x" }), '"../one.txt" cannot be written'],
    [
      "that changes nothing",
      writing({ "words/start.txt": "start\n" }),
      "Nothing in the worktree was changed.",
    ],
    ["that is no file operation", "I have done it.", "The answer holds no file operation."],
  ])("%s", async (_name, bad, complaint) => {
    await using story = await given({
      plan: [step("one", { files: ["words/one.txt", "words/start.txt"] })],
      answers: { one: [bad, word("one")] },
    });

    const run = await story.settle((await story.start("Write a word")).id);

    expect(run.state).toEqual({ status: "completed", outcome: "full" });
    expect(story.model.requests.at(-1)?.prompt).toContain(complaint);
    expect(await triesOf(story, run.id)).toBe(1);
  });

  test.each([
    [
      "that is a symbolic link",
      (tree: string) => symlinkSync("/etc/passwd", join(tree, "words/one.txt")),
      "symbolic link",
    ],
    [
      "with a name that looks like an option",
      (tree: string) => writeFileSync(join(tree, "words/-rf"), "x\n"),
      "dash",
    ],
    [
      "that brings a repository of its own",
      (tree: string) => plantRepository(join(tree, "words/nested")),
      "git repository of its own",
    ],
  ])("%s", async (_name, act, complaint) => {
    const builder = rogueBuilder(act, (tree) => writeFileSync(join(tree, "words/one.txt"), "one\n"));
    await using story = await given({
      plan: [step("one", { files: ["words/"] })],
      deps: ({ builders }) => ({ builders: { ...builders, model: builder } }),
    });

    const run = await story.settle((await story.start("Write a word")).id);

    expect(run.state).toEqual({ status: "completed", outcome: "full" });
    const [, told] = builder.told;
    expect(told?.kind).toBe("gate");
    expect(told?.details.join("\n")).toContain(complaint);
    expect(await triesOf(story, run.id)).toBe(1);
  });
});

function plantRepository(folder: string): void {
  mkdirSync(folder);
  runFixtureGit(folder, ["init", "--quiet", "--template="]);
  writeFileSync(join(folder, "one.txt"), "one\n");
}

describe("a change to a protected file", () => {
  const guarded = {
    plan: [step("one", { files: ["words/one.txt", "check.sh"] })],
    policy: { protectedPaths: ["check.sh"], maxAttempts: 1 },
  };
  const loosened = writing({ "check.sh": "exit 0\n" });

  test("asks a person, whose yes lets exactly this change pass and costs no try", async () => {
    await using story = await given({ ...guarded, answers: { one: [loosened] } });
    const { id } = await story.start("Loosen the check");

    const run = await story.settle(id);
    const { pendingApprovals } = await story.summary(id);
    expect(run.state).toEqual({ status: "paused", stage: "implement", reason: "approval" });
    expect(pendingApprovals[0]?.question).toBe(
      'AAS-1 touches guarded files: "check.sh" is protected. Allow it?',
    );
    await approve(story, id);
    const settled = await story.settle(id);

    expect(settled.state).toEqual({ status: "completed", outcome: "full" });
    expect(await triesOf(story, id)).toBe(0);
  });

  test("is sent back by a person's no with the reason, which costs no try either", async () => {
    await using story = await given({ ...guarded, answers: { one: [loosened, word("one")] } });
    const { id } = await story.start("Loosen the check");

    await story.settle(id);
    await refuse(story, id, "the check stays as it is");
    const run = await story.settle(id);

    expect(run.state).toEqual({ status: "completed", outcome: "full" });
    expect(story.model.requests.at(-1)?.prompt).toContain("the check stays as it is");
    expect(story.model.requests.at(-1)?.prompt).toContain('"check.sh" is protected.');
    expect(await triesOf(story, id)).toBe(0);
  });
});

describe("two changes to protected files", () => {
  const guarded = {
    plan: [step("one", { files: ["guard/"] }), step("two", { files: ["guard/"] }), step("free")],
    policy: { protectedPaths: ["guard/"], parallelTasks: 1 },
    answers: { one: [writing({ "guard/one.txt": "1\n" })], two: [writing({ "guard/two.txt": "2\n" })] },
  };

  test("are asked about apart: a yes to one says nothing about the other", async () => {
    await using story = await given(guarded);
    const { id } = await story.start("Guard");
    await story.settle(id);
    const [first, second] = (await story.summary(id)).pendingApprovals;
    if (first === undefined) throw new Error("Nothing is asked.");

    await decideApproval(story.person, first, { kind: "yes" });
    const again = await story.settle(id);

    expect(again.state).toEqual({ status: "paused", stage: "implement", reason: "approval" });
    expect((await story.summary(id)).pendingApprovals).toEqual([second]);
    await approve(story, id);
    expect((await story.settle(id)).state).toEqual({ status: "completed", outcome: "full" });
  });

  test("hold no place: what nobody is asked about is built meanwhile, and then the run waits", async () => {
    await using story = await given(guarded);
    const { id } = await story.start("Guard");

    await story.settle(id);

    const { tasks, pendingApprovals } = await story.summary(id);
    expect(tasks.map(({ task }) => task.state.status)).toEqual(["queued", "queued", "collected"]);
    expect(pendingApprovals.map(({ subject }) => subject)).toEqual(["task AAS-1", "task AAS-2"]);
  });

  test("cannot be answered at once without saying which", async () => {
    await using story = await given(guarded);
    const { id } = await story.start("Guard");
    await story.settle(id);

    await expect(findQuestion(story.person, id, null)).rejects.toMatchObject({
      code: "conflict",
      cure: expect.stringMatching(
        /aas automate approve run_\w+ \w{8} .* aas automate approve run_\w+ \w{8}/u,
      ) as string,
    });
  });
});

test.each([
  ["the script of a check", "check.sh", ["sh", "check.sh"]],
  ["what npm runs", "package.json", ["npm", "test"]],
])("a change to %s waits for a person, though its check would pass", async (_name, path, command) => {
  await using story = await given({
    plan: [step("one", { files: [path] })],
    files: {
      "check.sh": "exit 0\n",
      "package.json": '{ "scripts": { "test": "sh check.sh" } }\n',
    },
    answers: { one: [writing({ [path]: '{ "scripts": { "test": "true" } }\n' })] },
    policy: { checks: [{ ...wordCheck, command }], maxAttempts: 1 },
  });
  const { id } = await story.start("Make the check easier");

  const { pendingApprovals } = await story.until(
    id,
    ({ pendingApprovals: asked, run }) => asked.length > 0 || run.state.status !== "running",
  );

  expect(pendingApprovals[0]?.question).toContain(`"${path}" decides what a check says.`);
});

async function triesOf(story: Story, runId: RunId): Promise<number> {
  return triesUsed(await story.deps.db.attempts.listOfRun(runId), 1);
}
