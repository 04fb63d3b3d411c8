import type { TokenUsage } from "../../../domain/money/price.ts";
import type { WorkedLine } from "../batches/held-batch.ts";
import type { Vendor } from "../vendor.ts";
import type { Delivery } from "./delivery.ts";
import { lineCost } from "./line-cost.ts";
import { findPrice, type PriceList } from "./price-list.ts";
import { sentLines } from "./sent-lines.ts";
import { toldByLine, toldByReply, type ToldUsage } from "./told-usage.ts";

export interface BillLine {
  /** The batch, or the one call, that it was worked on for. */
  readonly ref: string;
  /** Null for a call outside of a batch. */
  readonly customId: string | null;
  readonly model: string;
  readonly tokens: TokenUsage;
  /** Null when this model has no price here. */
  readonly costMicroUsd: number | null;
}

export interface BillReport {
  /** Successful lines and replies whose bytes went out; twice in one file is twice here. */
  readonly owed: readonly BillLine[];
  readonly owedMicroUsd: number;
  /** Sent in a batch that never asked for them. */
  readonly foreign: readonly BillLine[];
  /** Worked on, and nobody was told what it used. */
  readonly untold: readonly BillLine[];
  readonly untoldMicroUsd: number;
}

interface Entry {
  readonly ref: string;
  readonly customId: string | null;
  readonly told: ToldUsage;
  readonly isBatch: boolean;
}

/** What a client owes, by the bytes that it was sent. */
export class Bill {
  readonly #prices: PriceList;
  readonly #asked = new Map<string, ReadonlySet<string>>();
  readonly #work: Entry[] = [];
  /** By where it stands: asking for a file again costs nothing. */
  readonly #delivered = new Map<string, Entry>();

  constructor(prices: PriceList) {
    this.#prices = prices;
  }

  addBatch(ref: string, customIds: readonly string[]): void {
    this.#asked.set(ref, new Set(customIds));
  }

  addWork(ref: string, worked: readonly WorkedLine[]): void {
    for (const { customId, model, outcome } of worked) {
      if (outcome.kind !== "answered") continue;
      const told = { model, tokens: outcome.tokens, isFlex: false };
      this.#work.push({ ref, customId, told, isBatch: true });
    }
  }

  addCall(ref: string, told: ToldUsage): void {
    this.#work.push({ ref, customId: null, told, isBatch: false });
  }

  addDelivery(delivery: Delivery, body: Buffer, sentBytes: number): void {
    switch (delivery.kind) {
      case "lines":
        for (const { at, text } of sentLines(body, sentBytes)) {
          this.#addLine(delivery, `${delivery.fileRef} ${at}`, parseOrNull(text));
        }
        return;
      case "inline_results":
        if (sentBytes < body.length) return;
        for (const [at, value] of delivery.results.entries()) {
          this.#addLine(delivery, `${delivery.batchRef} inline ${at}`, value);
        }
        return;
      case "reply":
        if (sentBytes === body.length) this.#addReply(delivery, parseOrNull(body.toString("utf8")));
    }
  }

  report(): BillReport {
    const all = [...this.#delivered.values()];
    const told = new Set(all.map(nameOf));
    const isForeign = ({ ref, customId }: Entry): boolean =>
      customId !== null && this.#asked.get(ref)?.has(customId) === false;
    const owed = all.filter((entry) => !isForeign(entry)).map((entry) => this.#toBillLine(entry));
    const untold = this.#work
      .filter((entry) => !told.has(nameOf(entry)))
      .map((entry) => this.#toBillLine(entry));
    return {
      owed,
      owedMicroUsd: sumOf(owed),
      foreign: all.filter(isForeign).map((entry) => this.#toBillLine(entry)),
      untold,
      untoldMicroUsd: sumOf(untold),
    };
  }

  #addLine(
    delivery: { readonly vendor: Vendor; readonly batchRef: string },
    at: string,
    value: unknown,
  ): void {
    const told = toldByLine(delivery.vendor, value);
    if (told === null) return;
    this.#delivered.set(at, { ref: delivery.batchRef, customId: told.customId, told, isBatch: true });
  }

  #addReply({ vendor, callRef }: Extract<Delivery, { kind: "reply" }>, value: unknown): void {
    const told = toldByReply(vendor, value);
    if (told !== null) {
      this.#delivered.set(callRef, { ref: callRef, customId: null, told, isBatch: false });
    }
  }

  #toBillLine({ ref, customId, told, isBatch }: Entry): BillLine {
    const { model, tokens, isFlex } = told;
    const price = findPrice(this.#prices, model);
    const costMicroUsd = price === null ? null : Number(lineCost(tokens, price, isBatch || isFlex));
    return { ref, customId, model, tokens, costMicroUsd };
  }
}

function nameOf({ ref, customId }: Entry): string {
  return JSON.stringify([ref, customId]);
}

function sumOf(lines: readonly BillLine[]): number {
  return lines.reduce((sum, { costMicroUsd }) => sum + (costMicroUsd ?? 0), 0);
}

/** A spoilt line tells nothing; that is its purpose. */
function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
