import type { RunId } from "../../../src/domain/ids.ts";
import type { Rollback } from "../../../src/domain/rollback.ts";
import { decideApproval, findQuestion } from "../../../src/pipeline/control/decide-approval.ts";
import { requestRollback } from "../../../src/pipeline/control/request-rollback.ts";
import type { Scenario } from "../../../src/testing/scenario.ts";

/** What people do in scenarios, as their commands do it. */
export async function approve(scenario: Scenario, runId: RunId): Promise<void> {
  await decideApproval(scenario.person, await findQuestion(scenario.person, runId, null), { kind: "yes" });
}

export async function refuse(scenario: Scenario, runId: RunId, reason: string): Promise<void> {
  const asked = await findQuestion(scenario.person, runId, null);
  await decideApproval(scenario.person, asked, { kind: "no", reason });
}

/** Asks for a rollback and drives until it is settled. */
export async function rollBack(scenario: Scenario, runId: RunId): Promise<Rollback> {
  const { id } = await requestRollback(scenario.person, runId, "it was a mistake");
  let rollback = await scenario.deps.db.queue.findRollback(id);
  await scenario.until(runId, async () => {
    rollback = await scenario.deps.db.queue.findRollback(id);
    return rollback?.state.status === "completed" || rollback?.state.status === "failed";
  });
  if (rollback === null) throw new Error(`No rollback ${id}`);
  return rollback;
}
