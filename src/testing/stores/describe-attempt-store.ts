import { describe, expect, test } from "vitest";
import type { Attempt, AttemptState } from "../../domain/attempt.ts";
import { isAasError } from "../../domain/errors.ts";
import { makeId } from "../../domain/ids.ts";
import type { Submission } from "../../domain/submission.ts";
import type { Database } from "../../ports/database.ts";
import { sampleAttempt, sampleAudit, sampleSubmission } from "../building-samples.ts";
import { sampleSha, sampleTime } from "../samples.ts";
import { insertFamily, type SampleFamily } from "./sample-family.ts";

const states: readonly AttemptState[] = [
  { status: "running" },
  { status: "completed", submissionId: makeId("sub", "1") },
  { status: "failed", failure: { kind: "checks", summary: "2 tests fail", details: ["a", "b"] } },
  { status: "abandoned", reason: "its process died" },
  { status: "canceled" },
];

export function describeAttemptStore(database: () => Database): void {
  describe("attempts", () => {
    test.each(states)("an attempt in state $status comes back as it was stored", async (state) => {
      const { attempts } = database();
      const attempt = numbered(await insertFamily(database()), 1, { state, finishedAt: sampleTime(9) });

      await attempts.insert(attempt);

      expect(await attempts.find(attempt.id)).toEqual(attempt);
      expect(await attempts.find(makeId("att", "nobody"))).toBeNull();
    });

    test("an attempt is replaced by who read it last, and only by them", async () => {
      const { attempts } = database();
      const attempt = numbered(await insertFamily(database()), 1, {});
      await attempts.insert(attempt);
      const finished: Attempt = { ...attempt, state: { status: "canceled" }, finishedAt: sampleTime(3) };

      expect(await attempts.replace(finished)).toBe(true);
      expect(await attempts.replace(finished)).toBe(false);

      expect(await attempts.find(attempt.id)).toEqual({ ...finished, version: 2 });
    });

    test("a task has each round's number once", async () => {
      const { attempts } = database();
      const family = await insertFamily(database());
      const first = numbered(family, 1, {});
      await attempts.insert(first);

      const twin = { ...first, id: makeId("att", `${family.unique}twin`) };
      await expect(attempts.insert(twin)).rejects.toSatisfy((error) => isAasError(error, "conflict"));
      const nextRound = { ...twin, round: 2 };
      await attempts.insert(nextRound);

      expect(await attempts.listOfTask(family.task.id)).toEqual([first, nextRound]);
    });

    test("lists are oldest first", async () => {
      const { attempts } = database();
      const family = await insertFamily(database());
      const [first, second] = [numbered(family, 1, {}), numbered(family, 2, { startedAt: sampleTime(1) })];
      await attempts.insert(second);
      await attempts.insert(first);

      expect(await attempts.listOfTask(family.task.id)).toEqual([first, second]);
      expect(await attempts.listOfRun(family.run.id)).toEqual([first, second]);
    });

    test("a submission is a fact: written again it stays as it was first", async () => {
      const { attempts } = database();
      const submission = await insertSubmission(database(), await insertFamily(database()));

      await attempts.insertSubmission({ ...submission, linesAdded: 999 });

      expect(await attempts.findSubmission(submission.id)).toEqual(submission);
      expect(await attempts.findSubmission(makeId("sub", "nobody"))).toBeNull();
    });

    test("audits are facts, listed oldest first", async () => {
      const { attempts } = database();
      const family = await insertFamily(database());
      const submission = await insertSubmission(database(), family);
      const first = sampleAudit({
        id: makeId("aud", `${family.unique}1`),
        submissionId: submission.id,
        verdict: "changes_requested",
        findings: [{ severity: "major", category: "bug", description: "off by one", location: "src/a.ts:3" }],
      });
      const second = sampleAudit({
        id: makeId("aud", `${family.unique}2`),
        submissionId: submission.id,
        createdAt: sampleTime(20),
      });

      for (const audit of [second, first, { ...first, verdict: "approved" as const }]) {
        await attempts.insertAudit(audit);
      }

      expect(await attempts.listAudits(submission.id)).toEqual([first, second]);
    });
  });
}

function numbered(family: SampleFamily, number: number, overrides: Partial<Attempt>): Attempt {
  return sampleAttempt({
    id: makeId("att", `${family.unique}n${number}`),
    taskId: family.task.id,
    runId: family.run.id,
    number,
    ...overrides,
  });
}

async function insertSubmission(database: Database, family: SampleFamily): Promise<Submission> {
  const attempt = numbered(family, 1, {});
  await database.attempts.insert(attempt);
  const submission = sampleSubmission({
    id: makeId("sub", family.unique),
    attemptId: attempt.id,
    taskId: family.task.id,
    runId: family.run.id,
    headSha: sampleSha(9),
  });
  await database.attempts.insertSubmission(submission);
  return submission;
}
