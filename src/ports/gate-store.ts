import type { ProjectId } from "../domain/ids.ts";
import type { CallEnd, GateCall, GateEntry, ShutGate } from "../domain/calling/provider-gate.ts";
import type { EffectTable } from "./effects.ts";

/**
 * One gate before each provider of a project, which all its workers go through. Times are the store's own, and answers say
 * how long and not until when: the clocks of workers differ.
 */
export interface GateStore {
  /** Decided and written in one go: of all who ask at once, no more pass than may. */
  enter(gate: GateKey, call: GateCall): Promise<GateEntry>;
  /** What became of a call that passed. Whoever dies before it holds nobody up for longer than its call may take. */
  leave(gate: GateKey, passed: PassedCall): Promise<void>;
  /** The providers of a project that nobody asks for a while. */
  listShut(projectId: ProjectId): Promise<readonly (ShutGate & { readonly provider: string })[]>;
}

export interface GateKey {
  readonly projectId: ProjectId;
  /** As people know it, with its host where it is not the usual one. */
  readonly provider: string;
}

export interface PassedCall {
  readonly trial: number | null;
  readonly end: CallEnd;
}

export const gateStoreEffects = {
  enter: "effect",
  leave: "effect",
  listShut: "read",
} as const satisfies EffectTable<GateStore>;
