import { type CallLimits, type CallPace, takePermit } from "./call-pace.ts";
import {
  applyAnswer,
  applyFailure,
  applyGivenUp,
  type Circuit,
  closedCircuit,
  enterCircuit,
  leftOf,
} from "./circuit.ts";
import { spreadMs } from "./spread.ts";

/** What stands before a provider, shared by all workers of a project. All times are of one clock, in milliseconds. */
export interface ProviderGate {
  readonly circuit: Circuit;
  readonly hold: Hold;
  readonly pace: CallPace;
}

/** The provider said that it is asked too often: nobody asks before `untilMs`. `times` in a row. */
export interface Hold {
  readonly times: number;
  readonly sinceMs: number;
  readonly untilMs: number;
}

export const openGate: ProviderGate = {
  circuit: closedCircuit,
  hold: { times: 0, sinceMs: 0, untilMs: 0 },
  pace: [],
};

/** A call that asks to be made. */
export interface GateCall {
  /** About what it reads and writes; 0 where the provider does not count it. */
  readonly tokens: number;
  /** After this it has ended, one way or another. */
  readonly longestMs: number;
  readonly limits: CallLimits;
}

/** Why a gate is shut: the provider is away, it wants to be asked less often, or our own limits say so. */
export const gateCauses = ["away", "busy", "pace"] as const;
export type GateCause = (typeof gateCauses)[number];

export type GateEntry =
  /** `trial`: to be handed back with what became of the call. */
  | { readonly kind: "passed"; readonly trial: number | null }
  | {
      readonly kind: "shut";
      readonly cause: GateCause;
      readonly waitMs: number;
      /** Since when; the same for everybody who waits for the same reason. */
      readonly sinceMs: number;
    };

/** What became of a call, as far as others are concerned. */
export type CallEnd =
  /** With whatever it answered: it is there. */
  | { readonly kind: "answered" }
  | { readonly kind: "busy"; readonly retryAfterMs: number | null }
  /** It could not be reached, or is not able to work. */
  | { readonly kind: "away"; readonly retryAfterMs: number | null }
  /** Its own caller ended it, and nothing was learned. */
  | { readonly kind: "given_up" };

const firstHoldMs = 2_000;
const longestGuessMs = 300_000;
/** Whoever is told to wait longer looks again all the same. */
export const longestHoldMs = 3_600_000;

export function enterGate(
  gate: ProviderGate,
  { tokens, longestMs, limits }: GateCall,
  nowMs: number,
): { readonly entry: GateEntry; readonly gate: ProviderGate } {
  const shut = (cause: GateCause, waitMs: number, sinceMs: number) =>
    ({ entry: { kind: "shut", cause, waitMs, sinceMs }, gate }) as const;
  const passage = enterCircuit(gate.circuit, { nowMs, longestMs });
  if (passage.kind === "shut") return shut("away", passage.waitMs, passage.sinceMs);
  const heldMs = leftOf(gate.hold.untilMs, nowMs, longestHoldMs);
  if (heldMs > 0) return shut("busy", heldMs, gate.hold.sinceMs);
  const permit = takePermit(gate.pace, limits, { nowMs, tokens });
  if (permit.kind === "full") return shut("pace", permit.waitMs, nowMs);
  const { trial, circuit } = passage;
  return { entry: { kind: "passed", trial }, gate: { ...gate, circuit, pace: permit.pace } };
}

interface LeavingCall {
  readonly trial: number | null;
  readonly end: CallEnd;
  readonly nowMs: number;
  readonly seed: string;
}

export function leaveGate(gate: ProviderGate, { trial, end, nowMs, seed }: LeavingCall): ProviderGate {
  switch (end.kind) {
    case "answered": {
      const circuit = applyAnswer(gate.circuit);
      if (circuit === gate.circuit && gate.hold.times === 0) return gate;
      return { ...gate, circuit, hold: { ...gate.hold, times: 0 } };
    }
    case "busy": {
      const times = gate.hold.times + 1;
      const holdMs = end.retryAfterMs ?? guessMs(times, seed);
      return { ...gate, circuit: applyAnswer(gate.circuit), hold: held(gate.hold, { times, holdMs, nowMs }) };
    }
    case "given_up": {
      const circuit = applyGivenUp(gate.circuit, { trial, nowMs });
      return circuit === gate.circuit ? gate : { ...gate, circuit };
    }
    case "away": {
      const circuit = applyFailure(gate.circuit, { trial, nowMs, seed });
      if (end.retryAfterMs === null) return { ...gate, circuit };
      const { times } = gate.hold;
      return { ...gate, circuit, hold: held(gate.hold, { times, holdMs: end.retryAfterMs, nowMs }) };
    }
  }
}

/** The later of two waits counts, whoever was told of it. */
function held(
  hold: Hold,
  { times, holdMs, nowMs }: { readonly times: number; readonly holdMs: number; readonly nowMs: number },
): Hold {
  const leftMs = leftOf(hold.untilMs, nowMs, longestHoldMs);
  const newMs = Math.min(holdMs, longestHoldMs);
  return {
    times,
    sinceMs: leftMs > 0 ? hold.sinceMs : nowMs,
    untilMs: nowMs + Math.max(leftMs, newMs),
  };
}

function guessMs(times: number, seed: string): number {
  return spreadMs(Math.min(firstHoldMs * 2 ** Math.min(times - 1, 20), longestGuessMs), `${seed} ${times}`);
}

/** A provider that nobody asks for a while. */
export interface ShutGate {
  readonly cause: GateCause;
  readonly sinceMs: number;
  readonly waitMs: number;
}

/** Null: it may be asked. What our own limits hold back for seconds is not worth a word. */
export function findShut(gate: ProviderGate, nowMs: number): ShutGate | null {
  const passage = enterCircuit(gate.circuit, { nowMs, longestMs: 0 });
  if (passage.kind === "shut") return { cause: "away", sinceMs: passage.sinceMs, waitMs: passage.waitMs };
  const waitMs = leftOf(gate.hold.untilMs, nowMs, longestHoldMs);
  return waitMs > 0 ? { cause: "busy", sinceMs: gate.hold.sinceMs, waitMs } : null;
}

/** Who is waited for: known to whoever asked, in terms that hold on every clock. */
export type ProviderWait = {
  readonly provider: string;
  readonly cause: GateCause;
  readonly waitMs: number;
  /** By the clock of the gate: the same number is the same wait. */
  readonly sinceMs: number;
};
