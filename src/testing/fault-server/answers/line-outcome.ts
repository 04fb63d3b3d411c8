import type { OutcomeFault } from "../faults/line-fault.ts";
import type { AnswerTokens, LineAnswer } from "./answer-line.ts";

export type AnswerFinish = "stop" | "length" | "filter" | "refusal";

/** What became of one request. Only an answer costs money. */
export type LineOutcome =
  | {
      readonly kind: "answered";
      readonly text: string;
      readonly finish: AnswerFinish;
      readonly tokens: AnswerTokens;
      readonly tellsUsage: boolean;
    }
  | LineError
  | { readonly kind: "status_zero" }
  | { readonly kind: "expired" }
  | { readonly kind: "canceled" };

export interface LineError {
  readonly kind: "error";
  readonly status: number;
  readonly code: string | null;
  readonly message: string;
  readonly param: string | null;
  readonly in: "error" | "output";
}

export function answeredWith({ text, tokens }: LineAnswer): LineOutcome {
  return { kind: "answered", text, finish: "stop", tokens, tellsUsage: true };
}

export function invalidRequest(message: string, param: string | null, code: string | null = null): LineError {
  return { kind: "error", status: 400, code, message, param, in: "error" };
}

export function withOutcomeFaults(outcome: LineOutcome, faults: readonly OutcomeFault[]): LineOutcome {
  return faults.reduce(withOutcomeFault, outcome);
}

function withOutcomeFault(outcome: LineOutcome, fault: OutcomeFault): LineOutcome {
  switch (fault.kind) {
    case "status": {
      const { status, code, message } = fault;
      return { kind: "error", status, code, message, param: null, in: fault.in };
    }
    case "status_zero":
    case "expired":
      return { kind: fault.kind };
    case "refused":
    case "filtered":
    case "length":
    case "empty":
    case "prose":
    case "no_usage":
      return outcome.kind === "answered" ? withAnswerFault(outcome, fault.kind) : outcome;
  }
}

export type Answered = Extract<LineOutcome, { kind: "answered" }>;

function withAnswerFault(answered: Answered, kind: OutcomeFault["kind"]): Answered {
  const { text, tokens } = answered;
  switch (kind) {
    case "refused":
      return { ...answered, text: "I cannot help with that.", finish: "refusal" };
    case "filtered":
      return { ...answered, text: "", finish: "filter" };
    case "length":
      return { ...answered, text: text.slice(0, Math.floor(text.length / 2)), finish: "length" };
    case "empty":
      return {
        ...answered,
        text: "",
        finish: "length",
        tokens: { ...tokens, thinkingTokens: tokens.outputTokens },
      };
    case "prose":
      return { ...answered, text: "Sure! Let me think about that. I would begin by reading the code." };
    case "no_usage":
      return { ...answered, tellsUsage: false };
    case "status":
    case "status_zero":
    case "expired":
      return answered;
  }
}
