import type { ServerResponse } from "node:http";
import type { CannedAnswer, RequestFault } from "./faults/request-fault.ts";
import type { Answer } from "./http/answer.ts";
import { sendAnswer } from "./http/send-answer.ts";

export interface Outcome {
  /** What the request did; null: nothing, it never came so far. */
  readonly answer: Answer | null;
  readonly status: number | null;
  readonly sentBytes: number;
}

interface Deps {
  readonly perform: () => Promise<Answer>;
  /** An answer that a script wrote, as this client is to read it. */
  readonly canned: (answer: CannedAnswer) => Answer;
  readonly response: ServerResponse;
  /** False when the client is gone before the time is over. */
  readonly wait: (ms: number) => Promise<boolean>;
}

/** Does what was asked and answers, with a fault in between. */
export async function performFaulty(deps: Deps, fault: RequestFault | null): Promise<Outcome> {
  const { perform, canned, response, wait } = deps;
  switch (fault?.kind) {
    case undefined:
      return send(response, await perform());
    case "cut":
      return send(response, await perform(), fault.afterBytes);
    case "reset":
      return reset(response, null);
    case "answer":
      return send(response, canned(fault.answer));
    case "delay":
      return (await wait(fault.delayMs)) ? send(response, await perform()) : reset(response, null);
    case "create_then_reset":
      return reset(response, await perform());
    case "create_then_answer": {
      const answer = await perform();
      return { ...(await send(response, canned(fault.answer))), answer: { ...answer, delivery: null } };
    }
    case "create_then_delay": {
      const answer = await perform();
      return (await wait(fault.delayMs)) ? send(response, answer) : reset(response, answer);
    }
  }
}

async function send(
  response: ServerResponse,
  answer: Answer,
  cutAfterBytes: number | null = null,
): Promise<Outcome> {
  const sentBytes = await sendAnswer(response, { ...answer, cutAfterBytes });
  return { answer, status: answer.status, sentBytes };
}

function reset(response: ServerResponse, answer: Answer | null): Outcome {
  response.socket?.resetAndDestroy();
  return { answer, status: null, sentBytes: 0 };
}
