import type { Integration } from "../../domain/integration.ts";
import type { Json } from "../../domain/json.ts";
import type { WorkflowContext } from "../../ports/durable.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { advanceQueue } from "./advance-queue.ts";

/** Others may be using the queue; a wake signal or this brings us back. */
const lookAgainMs = 2_000;

/** The end that was waited for, or the entry that is not there yet. */
export type QueueStanding<End extends Json> =
  | { readonly kind: "end"; readonly end: End }
  | { readonly kind: "in_queue"; readonly entry: Integration };

export interface QueueDrive<End extends Json> {
  /** Of the step that looks. */
  readonly name: string;
  readonly mayLand: boolean;
  stand(): Promise<QueueStanding<End>>;
}

/** Drives the queue of a branch until what is waited for has come to its end there. */
export async function driveQueue<End extends Json>(
  context: WorkflowContext,
  deps: PipelineDeps,
  drive: QueueDrive<End>,
): Promise<End> {
  for (;;) {
    const look = await context.step(drive.name, () => driveUntilIdle(deps, drive, context.signal));
    if (look !== "waiting") return look;
    await context.waitSignal("wake", lookAgainMs);
  }
}

async function driveUntilIdle<End extends Json>(
  deps: PipelineDeps,
  drive: QueueDrive<End>,
  signal: AbortSignal,
): Promise<End | "waiting"> {
  for (;;) {
    const standing = await drive.stand();
    if (standing.kind === "end") return standing.end;
    if ((await advanceQueue(deps, standing.entry, { mayLand: drive.mayLand, signal })) === "idle")
      return "waiting";
  }
}
