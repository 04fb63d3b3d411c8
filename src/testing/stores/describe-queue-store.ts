import { describe, expect, test } from "vitest";
import type { ApprovalState } from "../../domain/approval.ts";
import type { DeploymentState } from "../../domain/deployment.ts";
import { isAasError } from "../../domain/errors.ts";
import { makeId } from "../../domain/ids.ts";
import type { Integration } from "../../domain/integration.ts";
import type { RollbackState } from "../../domain/rollback.ts";
import type { Database } from "../../ports/database.ts";
import { sampleApproval, sampleDeployment, sampleIntegration, sampleRollback } from "../delivery-samples.ts";
import { sampleSha, sampleTime } from "../samples.ts";
import { insertFamily, type SampleFamily } from "./sample-family.ts";

const sha = sampleSha(9);
const at = sampleTime(30);

const outcomes: readonly { readonly outcome: Integration["outcome"] }[] = [
  { outcome: null },
  { outcome: { kind: "landed", sha } },
  { outcome: { kind: "rejected", reason: "conflict", details: ["src/todo.ts"] } },
  { outcome: { kind: "rejected", reason: "canceled", details: [] } },
];

const deploymentStates: readonly DeploymentState[] = [
  { status: "waiting_approval" },
  { status: "deploying" },
  { status: "completed", landedSha: sha },
  { status: "failed", reason: "the forge refused" },
  { status: "rolled_back", landedSha: sha, revertSha: sampleSha(10) },
];

const approvalStates: readonly ApprovalState[] = [
  { status: "pending" },
  { status: "approved", by: "person:ada", at },
  { status: "rejected", by: "person:ada", at, reason: "not now" },
  { status: "timed_out", at },
  { status: "voided", at },
];

const rollbackStates: readonly RollbackState[] = [
  { status: "requested" },
  { status: "reverting", integrationId: makeId("int", "1") },
  { status: "completed", revertSha: sha },
  { status: "failed", reason: "conflict" },
];

export function describeQueueStore(database: () => Database): void {
  describe("integrations", () => {
    test.each(outcomes)("an integration with $outcome comes back as it was stored", async ({ outcome }) => {
      const { queue } = database();
      const entry = entryOf(await insertFamily(database()), "a", {
        needsApproval: true,
        candidate: { sha, tree: sampleSha(11), baseSha: sampleSha(12) },
        lastCheck: { tree: sampleSha(11), validationId: makeId("val", "1"), verdict: "failed" },
        approvedSha: sha,
        outcome,
      });

      await queue.insertIntegration(entry);

      expect(await queue.findIntegration(entry.id)).toEqual(entry);
      expect(await queue.findIntegration(makeId("int", "nobody"))).toBeNull();
    });

    test("a fresh entry has no candidate, no check and no outcome until it is replaced", async () => {
      const { queue } = database();
      const entry = entryOf(await insertFamily(database()), "a", {});
      await queue.insertIntegration(entry);
      const candidate = { sha, tree: sampleSha(11), baseSha: sampleSha(12) };

      expect(await queue.findIntegration(entry.id)).toEqual(entry);
      expect(await queue.replaceIntegration({ ...entry, candidate, priority: "urgent" })).toBe(true);
      expect(await queue.replaceIntegration(entry)).toBe(false);

      const changed = { ...entry, candidate, priority: "urgent", version: 2 };
      expect(await queue.findIntegration(entry.id)).toEqual(changed);
    });

    test("the entries of a branch are listed oldest first, settled ones too", async () => {
      const { queue } = database();
      const family = await insertFamily(database());
      const first = entryOf(family, "b", { outcome: { kind: "landed", sha } });
      const second = entryOf(family, "a", { createdAt: sampleTime(99), kind: "revert" });
      const elsewhere = entryOf(family, "c", { branch: "release" });
      for (const entry of [second, elsewhere, first]) await queue.insertIntegration(entry);

      expect(await queue.listIntegrations(family.project.id, "main")).toEqual([first, second]);
      expect(await queue.listIntegrations(family.project.id, "release")).toEqual([elsewhere]);
      expect(await queue.listIntegrationsOfRun(family.run.id)).toEqual([first, elsewhere, second]);
    });
  });

  describe("deployments", () => {
    test.each(deploymentStates)("a deployment becomes $status for who read it last", async (state) => {
      const { queue } = database();
      const family = await insertFamily(database());
      const entry = entryOf(family, "a", {});
      const deployment = sampleDeployment({
        id: makeId("dep", family.unique),
        runId: family.run.id,
        integrationId: entry.id,
      });
      await queue.insertIntegration(entry);
      await queue.insertDeployment(deployment);
      const changed = { ...deployment, state, rollbackTag: "aas/before/1", pullRequest: "record 1" };

      expect(await queue.replaceDeployment(changed)).toBe(true);
      expect(await queue.replaceDeployment(deployment)).toBe(false);

      expect(await queue.findDeploymentOf(entry.id)).toEqual({ ...changed, version: 2 });
    });

    test("an integration is deployed once", async () => {
      const { queue } = database();
      const family = await insertFamily(database());
      const entry = entryOf(family, "a", {});
      const first = sampleDeployment({
        id: makeId("dep", family.unique),
        runId: family.run.id,
        integrationId: entry.id,
      });
      await queue.insertIntegration(entry);
      expect(await queue.findDeploymentOf(entry.id)).toBeNull();
      await queue.insertDeployment(first);

      const second = { ...first, id: makeId("dep", `${family.unique}b`) };
      await expect(queue.insertDeployment(second)).rejects.toSatisfy((error) =>
        isAasError(error, "conflict"),
      );
    });
  });

  describe("approvals", () => {
    test.each(approvalStates)("an approval becomes $status for who read it last", async (state) => {
      const { queue } = database();
      const family = await insertFamily(database());
      const approval = sampleApproval({ id: makeId("apr", family.unique), runId: family.run.id });
      await queue.insertApproval(approval);
      expect(await queue.findApproval(approval.id)).toEqual(approval);

      expect(await queue.replaceApproval({ ...approval, state })).toBe(true);
      expect(await queue.replaceApproval(approval)).toBe(false);

      expect(await queue.listApprovals(family.run.id)).toEqual([{ ...approval, state, version: 2 }]);
    });
  });

  describe("rollbacks", () => {
    test.each(rollbackStates)("a rollback becomes $status for who read it last", async (state) => {
      const { queue } = database();
      const family = await insertFamily(database());
      const rollback = sampleRollback({ id: makeId("rbk", family.unique), runId: family.run.id });
      await queue.insertRollback(rollback);
      expect(await queue.findRollback(rollback.id)).toEqual(rollback);

      expect(await queue.replaceRollback({ ...rollback, state })).toBe(true);
      expect(await queue.replaceRollback(rollback)).toBe(false);

      expect(await queue.listRollbacks(family.project.id)).toEqual([{ ...rollback, state, version: 2 }]);
    });
  });
}

function entryOf(family: SampleFamily, name: string, overrides: Partial<Integration>): Integration {
  return sampleIntegration({
    id: makeId("int", family.unique + name),
    projectId: family.project.id,
    runId: family.run.id,
    ...overrides,
  });
}
