import type { Approval } from "../../domain/approval.ts";
import type { Deployment } from "../../domain/deployment.ts";
import type { ApprovalId, IntegrationId, ProjectId, RollbackId, RunId } from "../../domain/ids.ts";
import type { Integration } from "../../domain/integration.ts";
import type { Rollback } from "../../domain/rollback.ts";
import type { QueueStore } from "../../ports/queue-store.ts";
import { columnsOfApprovalState, toApproval } from "./rows/approval-rows.ts";
import { type Connection, findRow, insertNew, isChanged } from "./connection.ts";
import { changingColumnsOfDeployment, toDeployment } from "./rows/deployment-rows.ts";
import { changingColumnsOfIntegration, toIntegration } from "./rows/integration-rows.ts";
import { columnsOfRollbackState, toRollback } from "./rows/rollback-rows.ts";
import { changeOf, rowOf, sql } from "./sql.ts";

export class PostgresQueueStore implements QueueStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async insertIntegration(integration: Integration): Promise<void> {
    const row = rowOf({
      id: integration.id,
      project_id: integration.projectId,
      run_id: integration.runId,
      version: integration.version,
      kind: integration.kind,
      branch: integration.branch,
      created_at: integration.createdAt,
      ...changingColumnsOfIntegration(integration),
    });
    await insertNew(
      this.#connection,
      sql`insert into aas.integrations ${row} on conflict do nothing`,
      `The integration ${integration.id}`,
    );
  }

  async replaceIntegration(integration: Integration): Promise<boolean> {
    return isChanged(
      this.#connection,
      sql`update aas.integrations set version = version + 1, ${changeOf(changingColumnsOfIntegration(integration))}
          where id = ${integration.id} and version = ${integration.version}`,
    );
  }

  async findIntegration(id: IntegrationId): Promise<Integration | null> {
    const row = await findRow(this.#connection, sql`select * from aas.integrations where id = ${id}`);
    return row === null ? null : toIntegration(row);
  }

  async listIntegrations(projectId: ProjectId, branch: string): Promise<readonly Integration[]> {
    const { rows } = await this.#connection.query(
      sql`select * from aas.integrations
          where project_id = ${projectId} and branch = ${branch}
          order by created_at, id`,
    );
    return rows.map(toIntegration);
  }

  async listIntegrationsOfRun(runId: RunId): Promise<readonly Integration[]> {
    const { rows } = await this.#connection.query(
      sql`select * from aas.integrations where run_id = ${runId} order by created_at, id`,
    );
    return rows.map(toIntegration);
  }

  async insertDeployment(deployment: Deployment): Promise<void> {
    const row = rowOf({
      id: deployment.id,
      run_id: deployment.runId,
      integration_id: deployment.integrationId,
      version: deployment.version,
      created_at: deployment.createdAt,
      ...changingColumnsOfDeployment(deployment),
    });
    await insertNew(
      this.#connection,
      sql`insert into aas.deployments ${row} on conflict do nothing`,
      `A deployment of ${deployment.integrationId} (${deployment.id})`,
    );
  }

  async replaceDeployment(deployment: Deployment): Promise<boolean> {
    return isChanged(
      this.#connection,
      sql`update aas.deployments set version = version + 1, ${changeOf(changingColumnsOfDeployment(deployment))}
          where id = ${deployment.id} and version = ${deployment.version}`,
    );
  }

  async findDeploymentOf(integrationId: IntegrationId): Promise<Deployment | null> {
    const row = await findRow(
      this.#connection,
      sql`select * from aas.deployments where integration_id = ${integrationId}`,
    );
    return row === null ? null : toDeployment(row);
  }

  async insertApproval(approval: Approval): Promise<void> {
    const row = rowOf({
      id: approval.id,
      run_id: approval.runId,
      version: approval.version,
      subject: approval.subject,
      question: approval.question,
      sha: approval.sha,
      created_at: approval.createdAt,
      ...columnsOfApprovalState(approval.state),
    });
    await insertNew(
      this.#connection,
      sql`insert into aas.approvals ${row} on conflict do nothing`,
      `The approval ${approval.id}`,
    );
  }

  async replaceApproval(approval: Approval): Promise<boolean> {
    return isChanged(
      this.#connection,
      sql`update aas.approvals set version = version + 1, ${changeOf(columnsOfApprovalState(approval.state))}
          where id = ${approval.id} and version = ${approval.version}`,
    );
  }

  async findApproval(id: ApprovalId): Promise<Approval | null> {
    const row = await findRow(this.#connection, sql`select * from aas.approvals where id = ${id}`);
    return row === null ? null : toApproval(row);
  }

  async listApprovals(runId: RunId): Promise<readonly Approval[]> {
    const { rows } = await this.#connection.query(
      sql`select * from aas.approvals where run_id = ${runId} order by created_at, id`,
    );
    return rows.map(toApproval);
  }

  async insertRollback(rollback: Rollback): Promise<void> {
    const row = rowOf({
      id: rollback.id,
      run_id: rollback.runId,
      version: rollback.version,
      landed_sha: rollback.landedSha,
      reason: rollback.reason,
      requested_by: rollback.requestedBy,
      created_at: rollback.createdAt,
      ...columnsOfRollbackState(rollback.state),
    });
    await insertNew(
      this.#connection,
      sql`insert into aas.rollbacks ${row} on conflict do nothing`,
      `The rollback ${rollback.id}`,
    );
  }

  async replaceRollback(rollback: Rollback): Promise<boolean> {
    return isChanged(
      this.#connection,
      sql`update aas.rollbacks set version = version + 1, ${changeOf(columnsOfRollbackState(rollback.state))}
          where id = ${rollback.id} and version = ${rollback.version}`,
    );
  }

  async findRollback(id: RollbackId): Promise<Rollback | null> {
    const row = await findRow(this.#connection, sql`select * from aas.rollbacks where id = ${id}`);
    return row === null ? null : toRollback(row);
  }

  async listRollbacks(projectId: ProjectId): Promise<readonly Rollback[]> {
    const { rows } = await this.#connection.query(
      sql`select rollbacks.* from aas.rollbacks join aas.runs on runs.id = rollbacks.run_id
          where runs.project_id = ${projectId}
          order by rollbacks.created_at, rollbacks.id`,
    );
    return rows.map(toRollback);
  }
}
