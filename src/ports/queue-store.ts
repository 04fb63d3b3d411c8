import type { Approval } from "../domain/approval.ts";
import type { Deployment } from "../domain/deployment.ts";
import type { ApprovalId, IntegrationId, ProjectId, RollbackId, RunId } from "../domain/ids.ts";
import type { Integration } from "../domain/integration.ts";
import type { Rollback } from "../domain/rollback.ts";
import type { EffectTable } from "./effects.ts";

/** What waits to reach the base branch, and what became of it. */
export interface QueueStore {
  insertIntegration(integration: Integration): Promise<void>;
  replaceIntegration(integration: Integration): Promise<boolean>;
  findIntegration(id: IntegrationId): Promise<Integration | null>;
  /** All entries of a branch, oldest first. */
  listIntegrations(projectId: ProjectId, branch: string): Promise<readonly Integration[]>;
  listIntegrationsOfRun(runId: RunId): Promise<readonly Integration[]>;

  insertDeployment(deployment: Deployment): Promise<void>;
  replaceDeployment(deployment: Deployment): Promise<boolean>;
  findDeploymentOf(integrationId: IntegrationId): Promise<Deployment | null>;

  insertApproval(approval: Approval): Promise<void>;
  replaceApproval(approval: Approval): Promise<boolean>;
  findApproval(id: ApprovalId): Promise<Approval | null>;
  /** Oldest first. */
  listApprovals(runId: RunId): Promise<readonly Approval[]>;

  insertRollback(rollback: Rollback): Promise<void>;
  replaceRollback(rollback: Rollback): Promise<boolean>;
  findRollback(id: RollbackId): Promise<Rollback | null>;
  /** Oldest first. */
  listRollbacks(projectId: ProjectId): Promise<readonly Rollback[]>;
}

export const queueStoreEffects = {
  insertIntegration: "effect",
  replaceIntegration: "effect",
  insertDeployment: "effect",
  replaceDeployment: "effect",
  insertApproval: "effect",
  replaceApproval: "effect",
  insertRollback: "effect",
  replaceRollback: "effect",
  findIntegration: "read",
  listIntegrations: "read",
  listIntegrationsOfRun: "read",
  findDeploymentOf: "read",
  findApproval: "read",
  listApprovals: "read",
  findRollback: "read",
  listRollbacks: "read",
} as const satisfies EffectTable<QueueStore>;
