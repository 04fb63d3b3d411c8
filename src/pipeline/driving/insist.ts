import { isAasError } from "../../domain/errors.ts";
import type { Json } from "../../domain/json.ts";
import type { WorkflowContext } from "../../ports/durable.ts";

const pauseMs = 1_000;

/** A step that has to be done for the workflow to mean anything: what fails in a way that passes is done again. */
export async function insist<Result extends Json>(
  context: WorkflowContext,
  name: string,
  effect: () => Promise<Result>,
): Promise<Result> {
  for (;;) {
    try {
      return await context.step(name, effect);
    } catch (error) {
      if (context.signal.aborted || !isAasError(error) || !error.retryable) throw error;
      await context.sleep(pauseMs);
    }
  }
}
