import type { Price } from "../../../domain/price.ts";
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
  readonly model: string;
  readonly price: Price | null;
  readonly limits: BatchLimits;
  readonly #server: Vendor;
  readonly #timing: Timing;

  constructor(options: AnthropicBatchOptions) {
    this.#server = openAnthropic(options);
    this.provider = this.#server.connection.provider;
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

  /** By the time and by how many there are; the only one of them it could be, if it is the only one. */
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
      if (possible === undefined) return null;
      const refs: string[] = [];
      for (const batch of possible) if (await this.#mayHold(batch, customIds)) refs.push(batch.id);
      return refs;
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

  /** Only the results say which requests a batch holds. What cannot be read yet may be anything. */
  async #mayHold(batch: MessageBatch, customIds: readonly string[]): Promise<boolean> {
    if (!batch.hasEnded || !batch.hasResults) return true;
    for await (const { customId } of this.#readResults(batch)) return customIds.includes(customId);
    return true;
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

function pathOf(ref: string): string {
  return `${batches}/${encodeURIComponent(ref)}`;
}
