import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { AasError } from "../../src/domain/errors.ts";
import { makeId, type RunId } from "../../src/domain/ids.ts";
import { retryRun } from "../../src/pipeline/control/retry-run.ts";
import { cancelRun, pauseRun, resumeRun } from "../../src/pipeline/control/steer-run.ts";
import { makeCandidate } from "../../src/pipeline/queue/make-candidate.ts";
import type { CheckRunner } from "../../src/ports/check-runner.ts";
import type { Lease } from "../../src/ports/lease-store.ts";
import type { ScenarioOptions } from "../../src/testing/scenario.ts";
import { writing } from "../../src/testing/scripted-model.ts";
import { replaced } from "../support/replaced.ts";
import { contentOf, entryOf, headOf, statesOf } from "./support/looking.ts";
import { approve, rollBack } from "./support/person.ts";
import { planOf, step } from "./support/plan-of.ts";
import { given, type Story, word } from "./support/word-book.ts";

const completed = { status: "completed", outcome: "full" } as const;

type CandidateCheck = (story: Story, runId: RunId) => Promise<void> | void;

/**
 * Two goals, of which the first is overtaken by a person: its candidate is another tree than what was built, so its
 * check is one of its own, and something happens there.
 */
async function overtakenFirst(
  atCheck: CandidateCheck,
  deps: (given: Parameters<DepsOf>[0]) => ReturnType<DepsOf> = () => ({}),
  options: Partial<ScenarioOptions> = {},
): Promise<Story> {
  const story: Story = await given({
    plan: [planOf(step("one")), planOf(step("two"))],
    answers: {
      one: [
        () => {
          story.repository.commit("meanwhile", { "words/theirs.txt": "theirs\n" });
          return word("one");
        },
      ],
      two: [word("two")],
    },
    ...options,
    deps: async (composed) => ({
      checks: meeting(composed.checks, async () => {
        const [first] = (await composed.db.runs.list(story.projectId, {})).toReversed();
        if (first !== undefined) await atCheck(story, first.id);
      }),
      ...(await deps(composed)),
    }),
  });
  return story;
}

type DepsOf = Extract<NonNullable<ScenarioOptions["deps"]>, (...args: never[]) => unknown>;

/** Whatever checks the candidate of the first run meets somebody before. */
function meeting(checks: CheckRunner, meet: () => Promise<void>): CheckRunner {
  return {
    profile: checks.profile,
    run: async (check, folder, signal) => {
      const isCandidate = ["one", "theirs"].every((each) => existsSync(join(folder, `words/${each}.txt`)));
      const isAlone = !existsSync(join(folder, "words/two.txt"));
      if (isCandidate && isAlone) await meet();
      return checks.run(check, folder, signal);
    },
  };
}

const broken = new AasError("sandbox_unavailable", "The sandbox is gone.", { cure: "aas doctor" });

describe("a run whose candidate cannot be checked", () => {
  test("fails, leaves the queue with it, and the next one lands as if it had not been there", async () => {
    let isBroken = true;
    await using story = await overtakenFirst(() => {
      if (isBroken) throw broken;
    });
    const first = await story.settle((await story.start("Write one")).id);
    expect(first.state).toEqual({ status: "failed", stage: "validate", code: "environment" });
    expect((await entryOf(story, first.id))?.outcome).toEqual({
      kind: "rejected",
      reason: "canceled",
      details: [],
    });

    const second = await story.settle((await story.start("Write two")).id);
    expect(second.state).toEqual(completed);
    isBroken = false;
    await retryRun(story.person, first.id, { hint: null, force: true });

    expect((await story.settle(first.id)).state).toEqual(completed);
    expect(await contentOf(story, await headOf(story), "words/one.txt")).toBe("one\n");
  });

  test("and tries again for a while holds up nobody meanwhile", async () => {
    let isAway = true;
    const away = new AasError("provider_unavailable", "The sandbox is busy.", { retryable: true });
    await using story = await overtakenFirst(() => {
      if (isAway) throw away;
    });
    const first = await story.start("Write one");
    await story.until(first.id, () =>
      story.troubles.some((each) => each.includes("interrupted by an outage")),
    );

    const second = await story.settle((await story.start("Write two")).id);
    expect(second.state).toEqual(completed);
    isAway = false;
    const { state } = await story.settle(first.id);
    if (state.status === "paused") await resumeRun(story.person, first.id);

    expect((await story.settle(first.id)).state).toEqual(completed);
  });
});

test("a run that is paused when its candidate has passed is landed by nobody else, and lands when it is resumed", async () => {
  await using story = await overtakenFirst(async ({ person }, runId) => {
    await pauseRun(person, runId);
  });
  const first = await story.settle((await story.start("Write one")).id);
  expect(first.state).toEqual({ status: "paused", stage: "validate", reason: "person" });
  await story.until(first.id, async () => (await entryOf(story, first.id))?.lastCheck?.verdict === "passed");

  await story.settle((await story.start("Write two")).id);
  expect(await contentOf(story, await headOf(story), "words/one.txt")).toBeNull();
  await resumeRun(story.person, first.id);

  expect((await story.settle(first.id)).state).toEqual(completed);
  expect(await contentOf(story, await headOf(story), "words/one.txt")).toBe("one\n");
});

test("a candidate that was made anew while somebody went for the merge lock is checked before it lands", async () => {
  let isMoved = false;
  await using story: Story = await given({
    plan: [step("one")],
    deps: ({ db }) => {
      const claim: typeof db.leases.claim = async (name, ...rest) => {
        if (name.startsWith("merge:") && !isMoved) {
          isMoved = true;
          story.repository.commit("meanwhile", { "words/theirs.txt": "one\n" });
          const base = await story.deps.forge.fetchBase("main");
          const [entry] = await db.queue.listIntegrations(story.projectId, "main");
          if (base === null || entry === undefined) throw new TypeError("It has a base and an entry");
          await makeCandidate(story.deps, entry, base);
        }
        return db.leases.claim(name, ...rest);
      };
      return { db: replaced(db, { leases: replaced(db.leases, { claim }) }) };
    },
  });

  const run = await story.settle((await story.start("Write a word")).id);

  expect(run.state).toEqual({ status: "failed", stage: "deploy", code: "validation_failed" });
  expect(await headOf(story)).toBe(story.repository.head());
});

test("who is late with an old base changes nothing of what was made since", async () => {
  await using story = await given({
    plan: [step("one")],
    policy: { mergeAuto: false, requireApproval: true },
  });
  const { id } = await story.start("Write a word");
  await story.settle(id);
  const [early, oldBase] = [await entryOf(story, id), await headOf(story)];
  story.repository.commit("meanwhile", { "words/theirs.txt": "theirs\n" });
  await approve(story, id);
  await story.settle(id);
  const now = await entryOf(story, id);
  expect(now?.candidate?.sha).not.toBe(early?.candidate?.sha);

  if (early === undefined) throw new TypeError("It has an entry");
  await makeCandidate(story.deps, early, oldBase);
  await makeCandidate(story.deps, early, early.candidate?.sha ?? oldBase);

  expect(await entryOf(story, id)).toEqual(now);
});

test("a merged tree that was checked beside one base is checked again beside another", async () => {
  await using story = await given({
    plan: [step("one", { files: ["words/one.txt", "words/more.txt"] })],
    answers: { one: [writing({ "words/one.txt": "one\n", "words/more.txt": "more\n" })] },
    policy: { mergeAuto: false, requireApproval: true },
  });
  const { id } = await story.start("Write two words");
  await story.settle(id);
  const before = await entryOf(story, id);

  story.repository.commit("one of them by hand", { "words/one.txt": "one\n" });
  await approve(story, id);
  await story.settle(id);

  const after = await entryOf(story, id);
  expect(after?.candidate?.tree).toBe(before?.candidate?.tree);
  const validation = await story.deps.db.validations.find(
    after?.lastCheck?.validationId ?? makeId("val", ""),
  );
  expect(validation?.baseTree).toBe(await story.deps.git.treeOf(story.repository.head()));
});

describe("a landing that takes longer than anybody waited for", () => {
  test("is protected for as long as it may take", async () => {
    const seen: { ttlMs: number; deadlineMs: number | undefined } = { ttlMs: 0, deadlineMs: undefined };
    await using story = await given({
      plan: [step("one")],
      deps: ({ db, forge }) => ({
        db: replaced(db, {
          leases: replaced(db.leases, {
            claim: async (name, holder, ttlMs) => {
              if (name.startsWith("merge:")) seen.ttlMs = ttlMs;
              return db.leases.claim(name, holder, ttlMs);
            },
          }),
        }),
        forge: replaced(forge, {
          moveBase: async (request) => {
            seen.deadlineMs = request.deadlineMs;
            return forge.moveBase(request);
          },
        }),
      }),
    });

    await story.settle((await story.start("Write a word")).id);

    expect(seen.deadlineMs).toBeGreaterThan(0);
    expect(seen.ttlMs).toBeGreaterThan(seen.deadlineMs ?? Infinity);
  });

  test("and is found on the base after its run was canceled has landed, and can be rolled back", async () => {
    let lease: Lease | null = null;
    await using story: Story = await given({
      plan: [planOf(step("one")), planOf(step("two"))],
      answers: { one: [word("one")], two: [word("two")] },
      deps: ({ db, forge }) => ({
        db: replaced(db, {
          leases: replaced(db.leases, {
            claim: async (name, ...rest) => {
              const claimed = await db.leases.claim(name, ...rest);
              if (name.startsWith("merge:")) lease ??= claimed;
              return claimed;
            },
          }),
        }),
        forge: replaced(forge, {
          moveBase: async (request) => {
            const [first] = await db.runs.list(story.projectId, { statuses: ["running"] });
            if (first?.goal !== "Write one" || lease === null) return forge.moveBase(request);
            await cancelRun(story.person, first.id);
            await db.leases.release(lease);
            while ((await entryOf(story, first.id))?.outcome === null)
              await new Promise((resolve) => setImmediate(resolve));
            await forge.moveBase(request);
            throw new TypeError("The process dies here");
          },
        }),
      }),
    });
    const { id } = await story.start("Write one");
    await story.until(id, async () => (await entryOf(story, id))?.outcome?.kind === "rejected");

    const second = await story.settle((await story.start("Write two")).id);

    expect(second.state).toEqual(completed);
    const outcome = (await entryOf(story, id))?.outcome;
    expect(outcome?.kind).toBe("landed");
    expect(await statesOf(story, id)).toEqual({ "Write one": "Done" });
    expect((await rollBack(story, id)).state.status).toBe("completed");
    expect(await contentOf(story, await headOf(story), "words/one.txt")).toBeNull();
  });
});
