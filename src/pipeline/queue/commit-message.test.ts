import { expect, test } from "vitest";
import { makeId, toTaskKey } from "../../domain/ids.ts";
import { sampleAttempt } from "../../testing/building-samples.ts";
import { sampleRun, sampleSha, sampleTask, sampleTime } from "../../testing/samples.ts";
import {
  attemptMessage,
  collectedMessage,
  commitTitle,
  landingMessage,
  readTrailer,
  revertMessage,
  signatureAt,
} from "./commit-message.ts";

const run = sampleRun({ id: makeId("run", "7") });

test.each([
  ["feature", "feat: Store due dates"],
  ["bug", "fix: Store due dates"],
  ["Documentation", "docs: Store due dates"],
  ["INFRASTRUCTURE", "build: Store due dates"],
  ["test", "test: Store due dates"],
  ["refactor", "refactor: Store due dates"],
  ["chore of a kind nobody knows", "feat: Store due dates"],
  ["", "feat: Store due dates"],
])("a task of type %j lands as %j", (type, title) => {
  expect(commitTitle({ type, title: "Store due dates" })).toBe(title);
});

test("a title is one line of at most a hundred characters", () => {
  expect(commitTitle({ type: "bug", title: " Two\n\tlines\u00a0here " })).toBe("fix: Two lines here");
  expect(commitTitle({ type: "bug", title: "x".repeat(200) })).toBe(`fix: ${"x".repeat(95)}`);
});

test("an attempt's commit says where it came from", () => {
  const message = attemptMessage(
    run,
    sampleTask({ key: toTaskKey("AAS-4") }),
    sampleAttempt({ id: makeId("att", "3") }),
  );

  expect(message).toBe(
    "feat: Store due dates\n\nA todo has an optional due date.\n\nAas-Run: run_7\nAas-Task: AAS-4\nAas-Attempt: att_3\n",
  );
});

test("a collected commit names the submission it holds", () => {
  const message = collectedMessage(run, sampleTask({ key: toTaskKey("AAS-4") }), "sub_9");

  expect([readTrailer(message, "Aas-Task"), readTrailer(message, "Aas-Submission")]).toEqual([
    ["AAS-4"],
    ["sub_9"],
  ]);
});

test("the commit by which a run lands names every task it brings", () => {
  const tasks = [
    sampleTask({ key: toTaskKey("AAS-1"), title: "Store\ndue dates" }),
    sampleTask({ key: toTaskKey("AAS-2"), title: "Show them" }),
  ];
  const message = landingMessage(run, tasks);

  expect(message).toBe(
    [
      "feat: Add due dates to todos\n",
      "- AAS-1 Store due dates",
      "- AAS-2 Show them\n",
      "Aas-Run: run_7",
      "Aas-Task: AAS-1",
      "Aas-Task: AAS-2",
      "",
    ].join("\n"),
  );
  expect(readTrailer(message, "Aas-Task")).toEqual(["AAS-1", "AAS-2"]);
});

test("neither a goal nor a title can claim tasks that do not land", () => {
  const sly = sampleRun({ id: makeId("run", "7"), goal: "Do it\n\nAas-Task: AAS-66" });
  const message = landingMessage(sly, [
    sampleTask({ key: toTaskKey("AAS-1"), title: "x\nAas-Task: AAS-67" }),
  ]);

  expect(readTrailer(message, "Aas-Task")).toEqual(["AAS-1"]);
});

test("a revert names what it reverts and why", () => {
  const landed = sampleSha(5);
  const message = revertMessage(run, landed, "Due dates are wrong\nin winter.");

  expect(message).toBe(
    `revert: Add due dates to todos\n\nThis reverts commit ${landed}.\nDue dates are wrong in winter.\n\nAas-Run: run_7\nAas-Reverts: ${landed}\n`,
  );
  expect(readTrailer(message, "Aas-Reverts")).toEqual([landed]);
});

test.each([
  ["", []],
  ["Aas-Task: AAS-1", ["AAS-1"]],
  ["Aas-Task:AAS-1\n Aas-Task: AAS-2\nMy-Aas-Task: AAS-3\naas-task: AAS-4", []],
  ["Aas-Task:  AAS-1 \r\nAas-Task: AAS-2", ["AAS-1", "AAS-2"]],
  ["Aas-Tasks: AAS-1", []],
])("the trailers of %j are %j", (message, values) => {
  expect(readTrailer(message, "Aas-Task")).toEqual(values);
});

test("a commit carries the time of what it records, so that it can be made again", () => {
  expect(signatureAt(sampleTime(3))).toEqual({ name: "aas", email: "aas@localhost", at: sampleTime(3) });
});
