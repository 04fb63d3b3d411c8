import type { RunId } from "../domain/ids.ts";
import type { Stage } from "../domain/stage.ts";
import type { WorkflowContext } from "../ports/durable.ts";
import type { PipelineDeps } from "./pipeline-deps.ts";
import { passStage, type StageFunction } from "./driving/pass-stage.ts";
import { batch } from "./stages/batch.ts";
import { decompose } from "./stages/decompose.ts";
import { deploy } from "./stages/deploy.ts";
import { implement } from "./stages/implement.ts";
import { notify } from "./stages/notify.ts";
import { validate } from "./stages/validate.ts";
import { wait } from "./stages/wait.ts";

/** What happens to a goal, in order. Each stage reads facts, does what is missing and leaves facts: any of them can be repeated. */
const stageFunctions: readonly (readonly [Stage, StageFunction])[] = [
  ["decompose", decompose],
  ["batch", batch],
  ["wait", wait],
  ["implement", implement],
  ["validate", validate],
  ["deploy", deploy],
  ["notify", notify],
];

export interface RoundOfRun {
  readonly runId: RunId;
  /** Raised by each retry. */
  readonly epoch: number;
}

/** Drives one run from its goal to the base branch; ends when the run is settled. */
export async function runGoal(
  context: WorkflowContext,
  deps: PipelineDeps,
  { runId, epoch }: RoundOfRun,
): Promise<void> {
  for (const [stage, perform] of stageFunctions) {
    const passed = await passStage({ context, deps, runId, epoch, stage, perform });
    if (!passed) return;
  }
}
