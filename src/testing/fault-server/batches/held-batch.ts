import type { Json } from "../../../domain/json.ts";
import type { AskedLine } from "../answers/answer-line.ts";
import type { LineOutcome } from "../answers/line-outcome.ts";
import type { BatchPlan } from "../faults/batch-fault.ts";
import type { Vendor } from "../vendor.ts";
import { type End, isEnd, type Phase, phaseOf } from "./batch-life.ts";

export interface BatchLine {
  readonly customId: string;
  readonly asked: AskedLine;
  /** What the vendor would say of this request before a model sees it; null: nothing. */
  readonly objection: LineOutcome | null;
}

export interface BatchFacts {
  readonly id: string;
  readonly vendor: Vendor;
  /** 1 for the first batch of this server. */
  readonly number: number;
  readonly createdAtMs: number;
  readonly lines: readonly BatchLine[];
  readonly plan: BatchPlan;
  /** What was said when it was created, to be said again: endpoint, metadata, name. */
  readonly submitted: Readonly<Record<string, Json>>;
}

export interface WorkedLine {
  readonly customId: string;
  readonly model: string;
  readonly outcome: LineOutcome;
}

/** A batch as the server holds it. */
export class HeldBatch {
  readonly facts: BatchFacts;
  /** When each phase was first seen or passed. */
  readonly seenAtMs = new Map<Phase, number>();
  /** Files made of its results, by what they are. */
  readonly resultFiles = new Map<"output" | "error", string>();
  /** Results that are told in the batch itself. */
  inlined: readonly Json[] | null = null;
  worked: readonly WorkedLine[] | null = null;
  /** Gone for whoever asks; it was worked on all the same. */
  isDeleted = false;
  #looks = 0;
  #ahead = 0;
  #canceledAfter: number | null = null;

  constructor(facts: BatchFacts) {
    this.facts = facts;
  }

  phaseAt(nowMs: number): Phase {
    const { plan } = this.facts;
    return phaseOf({ ...plan, passed: this.#passedAt(nowMs), canceledAfter: this.#canceledAfter });
  }

  /** The phase that a client sees now; its asking counts. */
  lookAt(nowMs: number): Phase {
    const phase = this.phaseAt(nowMs);
    this.#looks += 1;
    return phase;
  }

  /** The end it had come to already, or null: then it is being canceled now. */
  cancelAt(nowMs: number): End | null {
    const phase = this.phaseAt(nowMs);
    if (isEnd(phase)) return phase;
    this.#canceledAfter ??= this.#passedAt(nowMs);
    return null;
  }

  /** As if it had been looked at often enough, and as if its time were over. */
  hurry(): void {
    this.#ahead = Number.MAX_SAFE_INTEGER / 4;
  }

  #passedAt(nowMs: number): number {
    const { plan, createdAtMs } = this.facts;
    return this.#ahead + (plan.pace.by === "looks" ? this.#looks : nowMs - createdAtMs);
  }
}
