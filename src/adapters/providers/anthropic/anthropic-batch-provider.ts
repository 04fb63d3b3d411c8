import type { Price } from "../../../domain/money/price.ts";
import type {
  BatchLimits,
  BatchProgress,
  BatchProvider,
  BatchRequest,
  BatchResult,
  FindOutcome,
  LostSubmit,
  PreparedBatch,
  PrepareOutcome,
  SubmittedBatch,
  SubmitOutcome,
} from "../../../ports/batch-provider.ts";
import { findIn, getFrom, type Vendor } from "../wire/ask-provider.ts";
import { toResults } from "../wire/batch-line.ts";
import { refuseTooLarge } from "../wire/batch-refusal.ts";
import { streamJsonLines } from "../wire/call-provider.ts";
import { cancelBatch } from "../wire/cancel-batch.ts";
import type { Candidate } from "../wire/choose-lost.ts";
import { createBatch } from "../wire/create-batch.ts";
import { findLost } from "../wire/find-lost.ts";
import { noteMissingResults } from "../wire/note-missing-results.ts";
import { progressOfUnknown } from "../wire/progress-of-unknown.ts";
import { isBackBefore, readPages } from "../wire/read-pages.ts";
import { type Timing, usualTiming } from "../wire/timing.ts";
import { toAasError, unreadable } from "../wire/to-aas-error.ts";
import { type AnthropicOptions, openAnthropic } from "./anthropic-options.ts";
import { parseAnthropicLine } from "./batch-line.ts";
import { type MessageBatch, parseMessageBatch, parseMessageBatchList, progressOf } from "./message-batch.ts";
import { renderMessageParams } from "./message-params.ts";

export interface AnthropicBatchOptions extends AnthropicOptions {
  readonly limits?: Partial<BatchLimits>;
}

/** As documented; they have been smaller once. */
const anthropicBatchLimits: BatchLimits = {
  maxItems: 100_000,
  maxBytes: 256_000_000,
  maxTokens: null,
};

/** Message Batches: no uploads, and nothing that a batch could be marked with to find it again. */
export class AnthropicBatchProvider implements BatchProvider {
  readonly provider: string;
  readonly host: string;
  readonly model: string;
  readonly price: Price | null;
  readonly limits: BatchLimits;
  readonly #server: Vendor;
  readonly #timing: Timing;

  constructor(options: AnthropicBatchOptions) {
    this.#server = openAnthropic(options);
    this.provider = this.#server.connection.provider;
    this.host = this.#server.connection.host;
    this.model = options.model;
    this.price = options.price;
    this.limits = { ...anthropicBatchLimits, ...options.limits };
    this.#timing = { ...usualTiming, ...options.timing };
  }

  async prepare(
    items: readonly BatchRequest[],
    _submitKey: string,
    signal: AbortSignal,
  ): Promise<PrepareOutcome> {
    signal.throwIfAborted();
    const size = { items: items.length, bytes: Buffer.byteLength(this.#render(items)) };
    const tooLarge = refuseTooLarge(this.#server.connection, this.limits, size);
    return tooLarge ?? { kind: "prepared", uploadRef: null };
  }

  async submit(
    _prepared: PreparedBatch,
    items: readonly BatchRequest[],
    _submitKey: string,
    signal: AbortSignal,
  ): Promise<SubmitOutcome> {
    const call = {
      method: "POST",
      path: batches,
      body: this.#render(items),
      timeoutMs: this.#timing.callMs,
    } as const;
    return createBatch(this.#server, {
      call: { ...call, signal },
      readRef: (body) => this.#readBatch(body).id,
      // Nothing was uploaded that could be missing: then it is the way there.
      missing: "no_batches",
    });
  }

  /** By the time and by how many there are, and then by what its results say of whom they are for. */
  find({ since, customIds, knownRefs }: LostSubmit): Promise<FindOutcome> {
    const latest = new Date(since.getTime() + this.#timing.callMs + this.#timing.clockSkewMs);
    return findLost(this.#server.connection, this.#timing, since, async () => {
      const found = await this.#listSince(since);
      const possible = found?.filter(
        ({ id, total, createdAt }) =>
          !knownRefs.includes(id) &&
          total === customIds.length &&
          (createdAt === null || (createdAt >= this.#earliest(since) && createdAt <= latest)),
      );
      return possible === undefined ? null : this.#oursOf(possible, customIds);
    });
  }

  async poll({ ref, since }: SubmittedBatch): Promise<BatchProgress> {
    const batch = await this.#findBatch(ref);
    if (batch !== null) return progressOf(batch);
    const { clock } = this.#server.connection;
    return progressOfUnknown({ ref, since }, this.#timing, clock, () => this.#listSince(since));
  }

  async *results(ref: string): AsyncGenerator<BatchResult, void> {
    const batch = await this.#findBatch(ref);
    if (batch === null) throw toAasError(this.#server.connection, { kind: "missing", message: ref });
    if (batch.hasResults) yield* this.#readResults(batch);
  }

  async cancel(ref: string): Promise<void> {
    const call = { method: "POST", path: `${pathOf(ref)}/cancel`, timeoutMs: this.#timing.callMs } as const;
    await cancelBatch(this.#server, call, async () => (await this.#findBatch(ref))?.hasEnded === true);
  }

  #render(items: readonly BatchRequest[]): string {
    const requests = items.map(({ customId, request }) => ({
      custom_id: customId,
      params: renderMessageParams(request, this.model),
    }));
    return JSON.stringify({ requests });
  }

  #readResults(batch: MessageBatch): AsyncGenerator<BatchResult, void> {
    const { connection } = this.#server;
    const call = {
      method: "GET",
      path: `${pathOf(batch.id)}/results`,
      timeoutMs: this.#timing.idleMs,
    } as const;
    const lines = streamJsonLines(connection, call, (answer) =>
      noteMissingResults(this.#server, answer, batch.endedAt, this.#timing),
    );
    return toResults(connection, lines, parseAnthropicLine);
  }

  /** Null: none of them is, as far as they show it, and one does not show it yet. */
  async #oursOf(
    possible: readonly MessageBatch[],
    customIds: readonly string[],
  ): Promise<readonly Candidate[] | null> {
    const ours: Candidate[] = [];
    let isSilent = false;
    for (const listed of possible) {
      // A list may be late in saying that one has ended.
      const batch = listed.hasEnded ? listed : ((await this.#findBatch(listed.id)) ?? listed);
      const owner = await this.#ownerOf(batch, customIds);
      if (owner === "us") ours.push(toCandidate(batch));
      isSilent ||= owner === "unknown";
    }
    return ours.length === 0 && isSilent ? null : ours;
  }

  /**
   * Only the results say which requests a batch holds, and only when it has ended. Until then it may be of anybody who
   * has this key: to take it for ours would be to wait for, and to call off, what others pay for. One that is over and
   * lets nothing be read is of no use to us, whoever sent it.
   */
  async #ownerOf(batch: MessageBatch, customIds: readonly string[]): Promise<"us" | "others" | "unknown"> {
    if (!batch.hasEnded) return "unknown";
    if (batch.hasResults)
      for await (const { customId } of this.#readResults(batch))
        return customIds.includes(customId) ? "us" : "others";
    const endedMs = batch.endedAt?.getTime() ?? Infinity;
    const isLate = this.#server.connection.clock.now().getTime() - endedMs < this.#timing.lateMs;
    return batch.isArchived || !isLate ? "others" : "unknown";
  }

  /** Newest first, and only as far back as it can matter. Null: the list has no end. */
  #listSince(since: Date): Promise<readonly MessageBatch[] | null> {
    return readPages(
      async (cursor) => {
        const after = cursor === null ? "" : `&after_id=${encodeURIComponent(cursor)}`;
        const path = `${batches}?limit=100${after}`;
        const body = await getFrom(this.#server, { method: "GET", path, timeoutMs: this.#timing.callMs });
        const page = parseMessageBatchList(body);
        if (page === null) throw unreadable(this.#server.connection, "its list of batches");
        return { items: page.data, next: page.has_more ? (page.data.at(-1)?.id ?? null) : null };
      },
      (found) => isBackBefore(found, this.#earliest(since)),
    );
  }

  #earliest(since: Date): Date {
    return new Date(since.getTime() - this.#timing.clockSkewMs);
  }

  /** Null: the provider knows no such batch. */
  async #findBatch(ref: string): Promise<MessageBatch | null> {
    const call = { method: "GET", path: pathOf(ref), timeoutMs: this.#timing.callMs } as const;
    const body = await findIn(this.#server, call);
    return body === null ? null : this.#readBatch(body);
  }

  #readBatch(body: unknown): MessageBatch {
    const batch = parseMessageBatch(body);
    if (batch === null) throw unreadable(this.#server.connection, "a batch");
    return batch;
  }
}

const batches = "/v1/messages/batches";

function toCandidate(batch: MessageBatch): Candidate {
  return { ref: batch.id, end: progressOf(batch).kind, hasResults: batch.hasResults };
}

function pathOf(ref: string): string {
  return `${batches}/${encodeURIComponent(ref)}`;
}
