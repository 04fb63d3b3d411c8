import type { AnswerLine } from "../answers/answer-line.ts";
import { answeredWith, type LineOutcome, withOutcomeFaults } from "../answers/line-outcome.ts";
import type { FaultScript } from "../fault-script.ts";
import { pickLineFaults } from "../faults/pick-line-faults.ts";
import type { End } from "./batch-life.ts";
import type { BatchFacts, BatchLine, WorkedLine } from "./held-batch.ts";

interface Deps {
  readonly script: FaultScript;
  readonly answer: AnswerLine;
}

/** What every request of a batch came to, at the end that the batch came to. */
export function workBatch(deps: Deps, facts: BatchFacts, end: End): readonly WorkedLine[] {
  if (end === "failed") return facts.vendor === "anthropic" ? facts.lines.map(failedAlone) : [];
  const done = countDone(facts, end);
  return facts.lines.map((line, index) => ({
    customId: line.customId,
    model: line.asked.model,
    outcome: index < done ? workLine(deps, facts.number, line) : undone(end),
  }));
}

/** A vendor whose batches never fail as a whole lets each request fail. */
function failedAlone({ customId, asked }: BatchLine): WorkedLine {
  const outcome = { kind: "error", status: 500, code: null, message: "Internal server error" } as const;
  return { customId, model: asked.model, outcome: { ...outcome, param: null, in: "error" } };
}

function countDone({ plan, lines }: BatchFacts, end: End): number {
  if (end === "canceled") return plan.doneBeforeCancel;
  return plan.fate.kind === "expired" ? plan.fate.done : lines.length;
}

function undone(end: End): LineOutcome {
  return { kind: end === "canceled" ? "canceled" : "expired" };
}

function workLine({ script, answer }: Deps, batchNumber: number, line: BatchLine): LineOutcome {
  const { customId, asked, objection } = line;
  const outcome = objection ?? answeredWith(answer(customId, asked));
  return withOutcomeFaults(outcome, pickLineFaults(script, batchNumber, customId).outcome);
}
