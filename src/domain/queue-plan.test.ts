import fc from "fast-check";
import { expect, test } from "vitest";
import { sampleSha, sampleTime } from "../testing/samples.ts";
import { base, entry, mergeable, planOf } from "../testing/queue-samples.ts";
import { anyEntries } from "../testing/queue-world.ts";
import { makeId, type Sha } from "./ids.ts";
import type { Integration } from "./integration.ts";
import {
  permissionOf,
  planQueue,
  type QueueAction,
  type QueuePermission,
  unsureLandings,
} from "./queue-plan.ts";
import type { RunState } from "./run.ts";
import type { Stage } from "./stage.ts";

function planned(entries: readonly Integration[], permission: QueuePermission): QueueAction {
  const permissions = new Map(entries.map(({ id }) => [id, permission]));
  return planQueue(entries, { baseHead: base, isFrozen: false, permissions, landed: new Set() });
}

test("an empty queue waits", () => {
  expect(planOf([], base, false)).toEqual({ kind: "wait" });
});

test.each<[string, Integration, QueueAction["kind"]]>([
  ["without a candidate gets one", entry("1"), "make_candidate"],
  ["with an unchecked candidate is checked", mergeable("1", { lastCheck: null }), "check"],
  ["that passed lands", mergeable("1"), "land"],
])("an entry %s", (_name, only, kind) => {
  expect(planOf([only], base, false)).toEqual({ kind, id: only.id });
});

test("an entry that failed is rejected", () => {
  const failed = mergeable("1");
  const lastCheck = { tree: sampleSha(100), validationId: makeId("val", "1"), verdict: "failed" as const };

  expect(planOf([{ ...failed, lastCheck }], base, false)).toEqual({
    kind: "reject_failed",
    id: failed.id,
  });
});

test("what is mergeable lands before anything else moves", () => {
  expect(
    planOf([entry("1", { priority: "urgent" }), mergeable("2", { priority: "low" })], base, false),
  ).toEqual({
    kind: "land",
    id: "int_2",
  });
});

test("of several mergeable entries the more urgent lands first, then the older", () => {
  const entries = [
    mergeable("1", { priority: "low", createdAt: sampleTime(0) }),
    mergeable("2", { priority: "high", createdAt: sampleTime(9) }),
    mergeable("3", { priority: "high", createdAt: sampleTime(5) }),
  ];

  expect(planOf(entries, base, false)).toEqual({ kind: "land", id: "int_3" });
});

test("a frozen queue lands nothing and still prepares the next", () => {
  expect(planOf([mergeable("1"), entry("2", { createdAt: sampleTime(9) })], base, true)).toEqual({
    kind: "make_candidate",
    id: "int_2",
  });
  expect(planOf([mergeable("1")], base, true)).toEqual({ kind: "wait" });
});

test("an entry that waits for a person holds up nobody", () => {
  const waiting = mergeable("1", { needsApproval: true, priority: "urgent" });

  expect(planOf([waiting, entry("2")], base, false)).toEqual({ kind: "make_candidate", id: "int_2" });
  expect(planOf([waiting], base, false)).toEqual({ kind: "wait" });
});

test("an entry that may only be prepared is checked and does not land", () => {
  expect(planned([entry("1")], "prepare")).toEqual({ kind: "make_candidate", id: "int_1" });
  expect(planned([mergeable("1")], "prepare")).toEqual({ kind: "wait" });
});

test("an entry that rests costs nothing, whatever it would need", () => {
  fc.assert(
    fc.property(anyEntries, ({ entries }) => {
      expect(planned(entries, "rest")).toEqual({ kind: "wait" });
      expect(planned([...entries, mergeable("last")], "rest")).toEqual({ kind: "wait" });
    }),
  );
});

test("an entry whose run is over leaves the queue, and nothing else happens to it", () => {
  for (const only of [entry("1"), mergeable("1"), mergeable("1", { lastCheck: null })])
    expect(planned([only], "withdraw")).toEqual({ kind: "withdraw", id: "int_1" });
});

test("what stands on the base is noted before anything else, also for an entry that was given up", () => {
  const canceled = mergeable("2", { outcome: { kind: "rejected", reason: "canceled", details: [] } });
  const facts = { baseHead: base, isFrozen: true, permissions: new Map(), landed: new Set([canceled.id]) };

  expect(planQueue([mergeable("1"), canceled], facts)).toEqual({ kind: "note_landing", id: "int_2" });
});

const stateOf = (status: "running" | "paused", stage: Stage): RunState =>
  status === "running" ? { status, stage } : { status, stage, reason: "person" };

test.each<[RunState, QueuePermission]>([
  [stateOf("running", "deploy"), "land"],
  [stateOf("running", "validate"), "prepare"],
  [stateOf("running", "implement"), "rest"],
  [stateOf("paused", "validate"), "rest"],
  [stateOf("paused", "deploy"), "rest"],
  [{ status: "queued" }, "rest"],
  [{ status: "failed", stage: "deploy", code: "environment" }, "withdraw"],
  [{ status: "canceled" }, "withdraw"],
])("the entry of a run that is %j may %s", (run, permission) => {
  expect(permissionOf("run", run)).toBe(permission);
  expect(permissionOf("revert", run)).toBe("land");
});

test("only what was made for a base that has moved on, and that nothing else landed on, may have landed", () => {
  const onto = (id: string, baseSha: Sha, outcome: Integration["outcome"]): Integration =>
    mergeable(id, { candidate: { sha: sampleSha(200), tree: sampleSha(100), baseSha }, outcome });
  const before = sampleSha(7);
  const taken = sampleSha(8);
  const landed = { kind: "landed", sha: sampleSha(200) } as const;
  const canceled = { kind: "rejected", reason: "canceled", details: [] } as const;
  const entries = [
    onto("open", before, null),
    onto("canceled", before, canceled),
    onto("conflict", before, { ...canceled, reason: "conflict" }),
    onto("current", base, null),
    onto("landed", taken, landed),
    onto("late", taken, canceled),
    entry("new"),
  ];

  expect(unsureLandings(entries, base).map(({ id }) => id)).toEqual(["int_open", "int_canceled"]);
});

test("an entry that nothing is said about rests where it stands", () => {
  const facts = {
    baseHead: base,
    isFrozen: false,
    permissions: new Map(),
    landed: new Set<Integration["id"]>(),
  };

  expect(planQueue([mergeable("1"), entry("2")], facts)).toEqual({ kind: "wait" });
});
