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
import { findIn, getFrom } from "../wire/ask-provider.ts";
import { toResults } from "../wire/batch-line.ts";
import { refusal, refuseTooLarge } from "../wire/batch-refusal.ts";
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
import { parseOpenAiLine } from "./batch-line.ts";
import { type OpenAiBatch, parseBatch, parseBatchList, progressOf } from "./batch-object.ts";
import { chatEndpoint, renderBatchLine, renderChatRequest } from "./chat-request.ts";
import { type OpenAiOptions, type OpenAiServer, openOpenAi } from "./openai-options.ts";
import { uploadLines } from "./upload-lines.ts";

export interface OpenAiBatchOptions extends OpenAiOptions {
  readonly limits?: Partial<BatchLimits>;
}

/** As OpenAI documents them; others take more or less. */
const openAiBatchLimits: BatchLimits = { maxItems: 50_000, maxBytes: 200_000_000, maxTokens: null };

/** Results stay for thirty days; before that a file is not expected to be gone. */
const fileLifetimeMs = 29 * 24 * 3_600_000;

/** Files and batches as OpenAI made them; Azure, Groq and LiteLLM speak the same. */
export class OpenAiBatchProvider implements BatchProvider {
  readonly provider: string;
  readonly host: string;
  readonly model: string;
  readonly price: Price | null;
  readonly limits: BatchLimits;
  readonly #server: OpenAiServer;
  readonly #timing: Timing;

  constructor(options: OpenAiBatchOptions) {
    this.#server = openOpenAi(options);
    this.provider = this.#server.connection.provider;
    this.host = this.#server.connection.host;
    this.model = options.model;
    this.price = options.price;
    this.limits = { ...openAiBatchLimits, ...options.limits };
    this.#timing = { ...usualTiming, ...options.timing };
  }

  async prepare(
    items: readonly BatchRequest[],
    submitKey: string,
    signal: AbortSignal,
  ): Promise<PrepareOutcome> {
    const lines = items.map((item) => renderBatchLine(item, this.#renderBody(item)));
    const file = new Blob(lines, { type: "application/jsonl" });
    const size = { items: items.length, bytes: file.size };
    const tooLarge = refuseTooLarge(this.#server.connection, this.limits, size);
    if (tooLarge !== null) return tooLarge;
    return uploadLines(this.#server, file, { name: submitKey, timeoutMs: this.#timing.uploadMs, signal });
  }

  async submit(
    { uploadRef }: PreparedBatch,
    _items: readonly BatchRequest[],
    submitKey: string,
    signal: AbortSignal,
  ): Promise<SubmitOutcome> {
    if (uploadRef === null) return refusal(this.#server.connection, "upload_lost", "Nothing was uploaded.");
    const body = {
      input_file_id: uploadRef,
      endpoint: chatEndpoint,
      completion_window: "24h",
      metadata: { submit_key: submitKey },
    };
    const call = { method: "POST", path: "/batches", timeoutMs: this.#timing.callMs } as const;
    return createBatch(this.#server, {
      call: { ...call, body: JSON.stringify(body), signal },
      readRef: (answer) => this.#readBatch(answer).id,
      missing: "upload_lost",
    });
  }

  find({ submitKey, uploadRef, since, knownRefs }: LostSubmit): Promise<FindOutcome> {
    return findLost(this.#server.connection, this.#timing, since, async () => {
      const batches = await this.#listSince(since);
      const ours = batches?.filter(
        ({ id, inputFileId, submitKey: key }) =>
          !knownRefs.includes(id) && (key === submitKey || (uploadRef !== null && inputFileId === uploadRef)),
      );
      return ours?.map(toCandidate) ?? null;
    });
  }

  async poll({ ref, since }: SubmittedBatch): Promise<BatchProgress> {
    const batch = await this.#findBatch(ref);
    if (batch === null) {
      const { clock } = this.#server.connection;
      return progressOfUnknown({ ref, since }, this.#timing, clock, () => this.#listSince(since));
    }
    const isOld = batch.endedAt !== null && this.#now() - batch.endedAt.getTime() > fileLifetimeMs;
    if (isOld && batch.fileIds.length > 0 && !(await this.#hasFiles(batch))) return { kind: "archived" };
    return progressOf(batch);
  }

  async *results(ref: string): AsyncGenerator<BatchResult, void> {
    const batch = await this.#findBatch(ref);
    if (batch === null) throw toAasError(this.#server.connection, { kind: "missing", message: ref });
    for (const fileId of batch.fileIds) {
      const lines = streamJsonLines(
        this.#server.connection,
        {
          method: "GET",
          path: `/files/${encodeURIComponent(fileId)}/content`,
          timeoutMs: this.#timing.idleMs,
        },
        (answer) => noteMissingResults(this.#server, answer, batch.endedAt, this.#timing),
      );
      yield* toResults(this.#server.connection, lines, parseOpenAiLine);
    }
  }

  async cancel(ref: string): Promise<void> {
    const call = { method: "POST", path: `${pathOf(ref)}/cancel`, timeoutMs: this.#timing.callMs } as const;
    await cancelBatch(this.#server, call, async () => {
      const batch = await this.#findBatch(ref);
      return batch !== null && progressOf(batch).kind !== "pending";
    });
  }

  #renderBody({ request }: BatchRequest): ReturnType<typeof renderChatRequest> {
    const dialect = this.#server.dialects.get(request.schema?.name ?? null);
    return renderChatRequest(request, { model: this.model, serviceTier: null }, dialect);
  }

  /** Null: the provider knows no such batch. */
  async #findBatch(ref: string): Promise<OpenAiBatch | null> {
    const body = await findIn(this.#server, {
      method: "GET",
      path: pathOf(ref),
      timeoutMs: this.#timing.callMs,
    });
    return body === null ? null : this.#readBatch(body);
  }

  /** Newest first, and only as far back as it can matter. Null: the list has no end. */
  #listSince(since: Date): Promise<readonly OpenAiBatch[] | null> {
    const oldest = new Date(since.getTime() - this.#timing.clockSkewMs);
    return readPages(
      async (cursor) => {
        const after = cursor === null ? "" : `&after=${encodeURIComponent(cursor)}`;
        const body = await getFrom(this.#server, {
          method: "GET",
          path: `/batches?limit=100${after}`,
          timeoutMs: this.#timing.callMs,
        });
        const page = parseBatchList(body);
        if (page === null) throw unreadable(this.#server.connection, "its list of batches");
        return { items: page.data, next: page.has_more ? (page.data.at(-1)?.id ?? null) : null };
      },
      (batches) => isBackBefore(batches, oldest),
    );
  }

  async #hasFiles({ fileIds }: OpenAiBatch): Promise<boolean> {
    for (const fileId of fileIds) {
      const file = await findIn(this.#server, {
        method: "GET",
        path: `/files/${encodeURIComponent(fileId)}`,
        timeoutMs: this.#timing.callMs,
      });
      if (file !== null) return true;
    }
    return false;
  }

  #readBatch(body: unknown): OpenAiBatch {
    const batch = parseBatch(body);
    if (batch === null) throw unreadable(this.#server.connection, "a batch");
    return batch;
  }

  #now(): number {
    return this.#server.connection.clock.now().getTime();
  }
}

function toCandidate(batch: OpenAiBatch): Candidate {
  return { ref: batch.id, end: progressOf(batch).kind, hasResults: batch.fileIds.length > 0 };
}

function pathOf(ref: string): string {
  return `/batches/${encodeURIComponent(ref)}`;
}
