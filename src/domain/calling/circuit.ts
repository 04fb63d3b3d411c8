import { spreadMs } from "./spread.ts";

/** Whether a provider is asked at all. All times are of one clock, in milliseconds. */
export type Circuit =
  /** `failures` in a row. */
  | { readonly status: "closed"; readonly failures: number }
  | {
      readonly status: "open";
      /** How often in a row: each pause is longer than the one before. */
      readonly openings: number;
      readonly sinceMs: number;
      readonly untilMs: number;
    }
  /** One call looks whether the provider is back; `openings` names it. */
  | {
      readonly status: "trying";
      readonly openings: number;
      readonly sinceMs: number;
      /** Whoever tries and dies holds nobody up for longer. */
      readonly untilMs: number;
    };

/** `trial` names the one call that looks whether the provider is back; null: an ordinary call. */
type CircuitEntry =
  | { readonly kind: "passed"; readonly trial: number | null; readonly circuit: Circuit }
  | { readonly kind: "shut"; readonly waitMs: number; readonly sinceMs: number };

export const closedCircuit: Circuit = { status: "closed", failures: 0 };

const mostFailures = 3;
const firstPauseMs = 5_000;
const longestPauseMs = 300_000;
/** With its spread. */
export const longestOpenMs = 330_000;
export const longestTrialMs = 960_000;
/** While one tries, the others look again this often: at the gate, not at the provider. */
const trialLookMs = 15_000;

/** A call that may take `longestMs` asks to be made now. */
export function enterCircuit(
  circuit: Circuit,
  { nowMs, longestMs }: { readonly nowMs: number; readonly longestMs: number },
): CircuitEntry {
  if (circuit.status === "closed") return { kind: "passed", trial: null, circuit };
  const isOpen = circuit.status === "open";
  const leftMs = leftOf(circuit.untilMs, nowMs, isOpen ? longestOpenMs : longestTrialMs);
  const { sinceMs } = circuit;
  if (leftMs > 0) return { kind: "shut", waitMs: isOpen ? leftMs : Math.min(leftMs, trialLookMs), sinceMs };
  // A trial that brought no word counts as one that failed.
  const openings = isOpen ? circuit.openings : circuit.openings + 1;
  const untilMs = nowMs + Math.min(longestMs, longestTrialMs);
  return { kind: "passed", trial: openings, circuit: { status: "trying", openings, sinceMs, untilMs } };
}

/** How long is left of a wait. More than any wait lasts cannot be meant: then a clock was put back, and nothing is left. */
export function leftOf(untilMs: number, nowMs: number, longestMs: number): number {
  const leftMs = untilMs - nowMs;
  return leftMs > longestMs ? 0 : Math.max(0, leftMs);
}

/** Whoever answers, even with a refusal, is there. */
export function applyAnswer(circuit: Circuit): Circuit {
  return circuit.status === "closed" && circuit.failures === 0 ? circuit : closedCircuit;
}

interface CallFailure {
  readonly trial: number | null;
  readonly nowMs: number;
  /** Different for each provider: those that went away together are not looked at together. */
  readonly seed: string;
}

/** A failed call that began before the circuit opened says nothing new about it. */
export function applyFailure(circuit: Circuit, { trial, nowMs, seed }: CallFailure): Circuit {
  switch (circuit.status) {
    case "closed": {
      const failures = circuit.failures + 1;
      if (failures < mostFailures) return { status: "closed", failures };
      return { status: "open", openings: 1, sinceMs: nowMs, untilMs: nowMs + pauseMs(1, seed) };
    }
    case "open":
      return circuit;
    case "trying": {
      if (trial !== circuit.openings) return circuit;
      const openings = circuit.openings + 1;
      return {
        status: "open",
        openings,
        sinceMs: circuit.sinceMs,
        untilMs: nowMs + pauseMs(openings, seed),
      };
    }
  }
}

/** Who was to look whether the provider is back has not looked: somebody else may, at once. */
export function applyGivenUp(
  circuit: Circuit,
  { trial, nowMs }: Pick<CallFailure, "trial" | "nowMs">,
): Circuit {
  if (circuit.status !== "trying" || trial !== circuit.openings) return circuit;
  return { ...circuit, status: "open", untilMs: nowMs };
}

function pauseMs(openings: number, seed: string): number {
  // Twice as long each time; the exponent is bounded before it overflows.
  const ms = Math.min(firstPauseMs * 2 ** Math.min(openings - 1, 20), longestPauseMs);
  return spreadMs(ms, `${seed} ${openings}`);
}
