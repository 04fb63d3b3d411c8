import type { AnswerLine } from "./answers/answer-line.ts";
import { isEnd, type Phase } from "./batches/batch-life.ts";
import { type BatchFacts, HeldBatch } from "./batches/held-batch.ts";
import { workBatch } from "./batches/work-batch.ts";
import type { FaultClock } from "./fault-clock.ts";
import type { FaultScript } from "./fault-script.ts";
import { planBatch } from "./faults/batch-fault.ts";
import type { HeldFile } from "./held-file.ts";
import { Bill } from "./money/bill.ts";
import { hexOf } from "./seeded.ts";
import type { Vendor } from "./vendor.ts";

/** All that a server holds. One world may serve every vendor's protocol at once. */
export class World {
  readonly script: FaultScript;
  readonly clock: FaultClock;
  readonly answer: AnswerLine;
  readonly bill: Bill;
  readonly files = new Map<string, HeldFile>();
  /** Names of uploads whose bytes have not come yet. */
  readonly announced = new Map<string, string>();
  readonly #batches: HeldBatch[] = [];
  #ids = 0;
  #calls = 0;
  #nextBatchId: string | null = null;

  constructor(parts: Pick<World, "script" | "clock" | "answer">) {
    this.script = parts.script;
    this.clock = parts.clock;
    this.answer = parts.answer;
    this.bill = new Bill(parts.script.prices);
  }

  newId(prefix: string, length = 24): string {
    this.#ids += 1;
    return prefix + hexOf(length, this.script.seed, "id", this.#ids);
  }

  nextCallName(): string {
    this.#calls += 1;
    return `sync-${this.#calls}`;
  }

  /** The next batch is to have this name. */
  nameNextBatch(id: string): void {
    this.#nextBatchId = id;
  }

  newBatchId(prefix: string): string {
    const id = this.#nextBatchId ?? this.newId(prefix);
    this.#nextBatchId = null;
    return id;
  }

  get batches(): readonly HeldBatch[] {
    return this.#batches;
  }

  addBatch(
    facts: Omit<BatchFacts, "number" | "createdAtMs" | "plan">,
    own: Partial<BatchFacts["plan"]> = {},
  ): HeldBatch {
    const number = this.#batches.length + 1;
    const plan = { ...planBatch(this.script.pace, this.script.batches, number), ...own };
    const batch = new HeldBatch({ ...facts, number, plan, createdAtMs: this.clock.nowMs() });
    this.#batches.push(batch);
    const customIds = facts.lines.map(({ customId }) => customId);
    this.bill.addBatch(facts.id, customIds);
    return batch;
  }

  /** Not one that has expired. */
  findFile(vendor: Vendor, id: string): HeldFile | null {
    const file = this.files.get(id);
    if (file?.vendor !== vendor) return null;
    return file.expiresAtMs === null || file.expiresAtMs > this.clock.nowMs() ? file : null;
  }

  /** What a client is told of when it asks for one batch by its name. */
  findBatch(vendor: Vendor, id: string): HeldBatch | null {
    const found = this.#batches.find(({ facts }) => facts.vendor === vendor && facts.id === id);
    if (found === undefined || found.isDeleted) return null;
    return this.#isOlderThan(found, this.script.lag.retrieveMs) ? found : null;
  }

  /** Newest first; the youngest are not in it when lists are slow. */
  listBatches(vendor: Vendor): readonly HeldBatch[] {
    return this.#batches
      .filter(({ facts, isDeleted }) => facts.vendor === vendor && !isDeleted)
      .filter((batch) => this.#isOlderThan(batch, this.script.lag.listMs))
      .toReversed();
  }

  /** Does the work of a batch once it has come to an end, and only once. */
  settle(batch: HeldBatch, phase: Phase): void {
    if (batch.worked !== null || !isEnd(phase)) return;
    batch.worked = workBatch(this, batch.facts, phase);
    this.bill.addWork(batch.facts.id, batch.worked);
  }

  #isOlderThan({ facts }: HeldBatch, ms: number): boolean {
    return this.clock.nowMs() - facts.createdAtMs >= ms;
  }
}
