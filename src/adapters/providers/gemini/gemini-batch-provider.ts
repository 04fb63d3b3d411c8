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
import { readPages } from "../wire/read-pages.ts";
import { type Timing, usualTiming } from "../wire/timing.ts";
import { toAasError, unreadable } from "../wire/to-aas-error.ts";
import { parseGeminiLine } from "./batch-line.ts";
import {
  type BatchOperation,
  parseBatchOperation,
  parseOperationList,
  progressOf,
} from "./batch-operation.ts";
import { pathOfModel, renderContentRequest } from "./content-request.ts";
import { type GeminiOptions, openGemini } from "./gemini-options.ts";

export interface GeminiBatchOptions extends GeminiOptions {
  readonly limits?: Partial<BatchLimits>;
}

/**
 * Requests are sent along with the batch: less than 20 MB, with some room. What does not fit goes into further batches
 * (`domain/batching/chunk-requests.ts` reads these limits), so files of requests, which may be larger, are not uploaded.
 */
const geminiBatchLimits: BatchLimits = { maxItems: 50_000, maxBytes: 19_000_000, maxTokens: null };

/** Batches of `generateContent`, sent along with their creation. Their name is the only mark they can have. */
export class GeminiBatchProvider implements BatchProvider {
  readonly provider: string;
  readonly host: string;
  readonly model: string;
  readonly price: Price | null;
  readonly limits: BatchLimits;
  readonly #server: Vendor;
  readonly #timing: Timing;

  constructor(options: GeminiBatchOptions) {
    this.#server = openGemini(options);
    this.provider = this.#server.connection.provider;
    this.host = this.#server.connection.host;
    this.model = options.model;
    this.price = options.price;
    this.limits = { ...geminiBatchLimits, ...options.limits };
    this.#timing = { ...usualTiming, ...options.timing };
  }

  async prepare(
    items: readonly BatchRequest[],
    submitKey: string,
    signal: AbortSignal,
  ): Promise<PrepareOutcome> {
    signal.throwIfAborted();
    const size = { items: items.length, bytes: Buffer.byteLength(renderBatch(items, submitKey)) };
    const tooLarge = refuseTooLarge(this.#server.connection, this.limits, size);
    return tooLarge ?? { kind: "prepared", uploadRef: null };
  }

  async submit(
    _prepared: PreparedBatch,
    items: readonly BatchRequest[],
    submitKey: string,
    signal: AbortSignal,
  ): Promise<SubmitOutcome> {
    const path = `${pathOfModel(this.model)}:batchGenerateContent`;
    const call = { method: "POST", path, timeoutMs: this.#timing.callMs, signal } as const;
    return createBatch(this.#server, {
      call: { ...call, body: renderBatch(items, submitKey) },
      readRef: (body) => this.#readBatch(body).id,
      // Nothing was uploaded that could be missing: the model has no batches, or there is none.
      missing: "no_batches",
    });
  }

  find({ submitKey, since, knownRefs }: LostSubmit): Promise<FindOutcome> {
    return findLost(this.#server.connection, this.#timing, since, async () => {
      const batches = await this.#list();
      const ours = batches?.filter(
        ({ id, displayName }) => displayName === submitKey && !knownRefs.includes(id),
      );
      return ours?.map(toCandidate) ?? null;
    });
  }

  async poll(submitted: SubmittedBatch): Promise<BatchProgress> {
    const batch = await this.#findBatch(submitted.ref);
    if (batch !== null) return progressOf(batch);
    return progressOfUnknown(submitted, this.#timing, this.#server.connection.clock, () => this.#list());
  }

  async *results(ref: string): AsyncGenerator<BatchResult, void> {
    const { connection } = this.#server;
    const batch = await this.#findBatch(ref);
    if (batch === null) throw toAasError(connection, { kind: "missing", message: ref });
    const { results } = batch;
    if (results.kind === "inline") yield* toResults(connection, results.lines, parseGeminiLine);
    if (results.kind !== "file") return;
    const path = `/download${pathOf(results.name)}:download?alt=media`;
    const call = { method: "GET", path, timeoutMs: this.#timing.idleMs } as const;
    const lines = streamJsonLines(connection, call, (answer) =>
      noteMissingResults(this.#server, answer, batch.endedAt, this.#timing),
    );
    yield* toResults(connection, lines, parseGeminiLine);
  }

  async cancel(ref: string): Promise<void> {
    const path = `${pathOf(ref)}:cancel`;
    const call = { method: "POST", path, body: "{}", timeoutMs: this.#timing.callMs } as const;
    await cancelBatch(this.#server, call, async () => {
      const batch = await this.#findBatch(ref);
      return batch !== null && progressOf(batch).kind !== "pending";
    });
  }

  /** All of them: nothing says in which order they come. Null: the list has no end. */
  #list(): Promise<readonly BatchOperation[] | null> {
    return readPages(
      async (cursor) => {
        const token = cursor === null ? "" : `&pageToken=${encodeURIComponent(cursor)}`;
        const path = `/v1beta/batches?pageSize=50${token}`;
        const body = await getFrom(this.#server, { method: "GET", path, timeoutMs: this.#timing.callMs });
        const page = parseOperationList(body);
        if (page === null) throw unreadable(this.#server.connection, "its list of batches");
        return { items: page.operations, next: page.nextPageToken };
      },
      () => false,
    );
  }

  /** Null: the provider knows no such batch. */
  async #findBatch(ref: string): Promise<BatchOperation | null> {
    const call = { method: "GET", path: pathOf(ref), timeoutMs: this.#timing.callMs } as const;
    const body = await findIn(this.#server, call);
    return body === null ? null : this.#readBatch(body);
  }

  #readBatch(body: unknown): BatchOperation {
    const batch = parseBatchOperation(body);
    if (batch === null) throw unreadable(this.#server.connection, "a batch");
    return batch;
  }
}

function renderBatch(items: readonly BatchRequest[], submitKey: string): string {
  const requests = items.map(({ customId, request }) => ({
    request: renderContentRequest(request),
    metadata: { key: customId },
  }));
  return JSON.stringify({ batch: { displayName: submitKey, inputConfig: { requests: { requests } } } });
}

function toCandidate(batch: BatchOperation): Candidate {
  return { ref: batch.id, end: progressOf(batch).kind, hasResults: batch.results.kind !== "none" };
}

/** Names are paths already: `batches/abc`, `files/abc`. */
function pathOf(name: string): string {
  return `/v1beta/${name.split("/").map(encodeURIComponent).join("/")}`;
}
