import { expect, test } from "vitest";
import { approveCommand } from "../../domain/approval.ts";
import { makeId } from "../../domain/ids.ts";
import type { RunState } from "../../domain/run.ts";
import { sampleApproval } from "../../testing/delivery-samples.ts";
import { databaseOfFile } from "../../testing/stores/database-of-file.ts";
import { sampleProject, sampleRun, sampleTime } from "../../testing/samples.ts";
import { listNeedsYou } from "./needs-you.ts";

const database = databaseOfFile();

test("what waits for a person is shown however many runs were started since, the oldest first", async () => {
  const db = database();
  const project = sampleProject();
  await db.projects.insert(project);
  const insert = async (name: string, minute: number, state: RunState): Promise<void> =>
    db.runs.insert(
      sampleRun({
        id: makeId("run", name),
        projectId: project.id,
        createdAt: sampleTime(minute),
        state,
        error: null,
      }),
    );
  await insert("failed", 2, { status: "failed", stage: "implement", code: "internal" });
  await insert("asks", 0, { status: "paused", stage: "deploy", reason: "approval" });
  await insert("stands", 1, { status: "paused", stage: "implement", reason: "timeout" });
  for (let younger = 0; younger < 60; younger += 1)
    await insert(`younger${younger}`, 3 + younger, { status: "completed", outcome: "full" });
  const approval = sampleApproval({ runId: makeId("run", "asks"), state: { status: "pending" } });
  await db.queue.insertApproval(approval);

  const needs = await listNeedsYou({ db }, project.id);

  expect(needs.map(({ run, kind, command }) => [run.id, kind, command])).toEqual([
    ["run_asks", "approve", approveCommand(approval)],
    ["run_stands", "paused", "aas automate resume run_stands"],
    ["run_failed", "failed", 'aas automate retry run_failed --hint "…"'],
  ]);
});
