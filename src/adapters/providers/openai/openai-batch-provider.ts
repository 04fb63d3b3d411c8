import { AasError } from "../../../domain/errors.ts";
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
import { askProvider, getFrom } from "../wire/ask-provider.ts";
import { toResults } from "../wire/batch-line.ts";
import { refusal, troubleOfSubmit } from "../wire/batch-refusal.ts";
import { streamJsonLines } from "../wire/call-provider.ts";
import { findLost } from "../wire/find-lost.ts";
import type { HttpAnswer } from "../wire/http-answer.ts";
import { areAllBefore, readPages } from "../wire/read-pages.ts";
import { type Timing, usualTiming } from "../wire/timing.ts";
import { toAasError } from "../wire/to-aas-error.ts";
import { parseOpenAiLine } from "./batch-line.ts";
import { type OpenAiBatch, parseBatch, parseBatchList, progressOf } from "./batch-object.ts";
import { chatEndpoint, renderBatchLine, renderChatRequest } from "./chat-request.ts";
import { type OpenAiOptions, type OpenAiServer, openOpenAi } from "./openai-options.ts";
import { uploadLines } from "./upload-lines.ts";

export interface OpenAiBatchOptions extends OpenAiOptions {
  readonly limits?: BatchLimits;
}

/** Half of what OpenAI's own pages promise would do too: what one server takes, another may not. */
export const openAiBatchLimits: BatchLimits = { maxItems: 50_000, maxBytes: 200_000_000, maxTokens: null };

/** Results stay for thirty days; before that a file is not expected to be gone. */
const fileLifetimeMs = 29 * 24 * 3_600_000;

/** Files and batches as OpenAI made them; Azure, Groq and LiteLLM speak the same. */
export class OpenAiBatchProvider implements BatchProvider {
  readonly provider: string;
  readonly model: string;
  readonly price: Price | null;
  readonly limits: BatchLimits;
  readonly #server: OpenAiServer;
  readonly #timing: Timing;

  constructor(options: OpenAiBatchOptions) {
    this.#server = openOpenAi(options);
    this.provider = this.#server.connection.provider;
    this.model = options.model;
    this.price = options.price;
    this.limits = options.limits ?? openAiBatchLimits;
    this.#timing = { ...usualTiming, ...options.timing };
  }

  async prepare(
    items: readonly BatchRequest[],
    submitKey: string,
    signal: AbortSignal,
  ): Promise<PrepareOutcome> {
    const lines = items.map((item) => renderBatchLine(item, this.#renderBody(item)));
    const file = new Blob(lines, { type: "application/jsonl" });
    if (file.size > this.limits.maxBytes || items.length > this.limits.maxItems) {
      const message = `${items.length} requests of ${file.size} bytes are more than one batch takes.`;
      return refusal(this.#server.connection, "too_large", message);
    }
    return uploadLines(this.#server, file, { name: submitKey, timeoutMs: this.#timing.uploadMs, signal });
  }

  async submit(
    { uploadRef }: PreparedBatch,
    _items: readonly BatchRequest[],
    submitKey: string,
    signal: AbortSignal,
  ): Promise<SubmitOutcome> {
    const { connection } = this.#server;
    if (uploadRef === null) return refusal(connection, "upload_lost", "Nothing was uploaded.");
    const outcome = await askProvider(this.#server, {
      method: "POST",
      path: "/batches",
      body: JSON.stringify({
        input_file_id: uploadRef,
        endpoint: chatEndpoint,
        completion_window: "24h",
        metadata: { submit_key: submitKey },
      }),
      timeoutMs: this.#timing.callMs,
      signal,
    });
    if (outcome.kind === "refused") {
      const trouble = troubleOfSubmit(outcome.trouble);
      if (trouble !== null) return refusal(connection, trouble, outcome.trouble.message);
      throw toAasError(connection, outcome.trouble);
    }
    return { kind: "created", ref: this.#readBatch(outcome.body).id };
  }

  find({ submitKey, uploadRef, since, knownRefs }: LostSubmit): Promise<FindOutcome> {
    return findLost(this.#server.connection, this.#timing, since, async () => {
      const batches = await this.#listSince(since);
      const ours = batches?.filter(
        ({ id, inputFileId, submitKey: key }) =>
          !knownRefs.includes(id) && (key === submitKey || (uploadRef !== null && inputFileId === uploadRef)),
      );
      return ours?.map(({ id }) => id) ?? null;
    });
  }

  async poll({ ref, since }: SubmittedBatch): Promise<BatchProgress> {
    const batch = await this.#findBatch(ref);
    if (batch === null) return this.#pollUnknown({ ref, since });
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
        (answer) => this.#noteUnreadable(answer, batch),
      );
      yield* toResults(this.#server.connection, lines, parseOpenAiLine);
    }
  }

  async cancel(ref: string): Promise<void> {
    const outcome = await askProvider(this.#server, {
      method: "POST",
      path: `${pathOf(ref)}/cancel`,
      timeoutMs: this.#timing.callMs,
    });
    if (outcome.kind === "answered" || outcome.answer.status === 409) return;
    const batch = outcome.trouble.kind === "invalid" ? await this.#findBatch(ref) : null;
    if (batch === null || progressOf(batch).kind === "pending")
      throw toAasError(this.#server.connection, outcome.trouble);
  }

  #renderBody({ request }: BatchRequest): ReturnType<typeof renderChatRequest> {
    const dialect = this.#server.dialects.get(request.schema?.name ?? null);
    return renderChatRequest(request, { model: this.model, serviceTier: null }, dialect);
  }

  /** Null: the provider knows no such batch. */
  async #findBatch(ref: string): Promise<OpenAiBatch | null> {
    const outcome = await askProvider(this.#server, {
      method: "GET",
      path: pathOf(ref),
      timeoutMs: this.#timing.callMs,
    });
    if (outcome.kind === "answered") return this.#readBatch(outcome.body);
    if (outcome.answer.status === 404) return null;
    throw toAasError(this.#server.connection, outcome.trouble);
  }

  /** A batch may be unknown for a while after it was created, and one that the list has is there. */
  async #pollUnknown({ ref, since }: SubmittedBatch): Promise<BatchProgress> {
    if (this.#now() - since.getTime() >= this.#timing.lateMs) {
      const batches = await this.#listSince(since);
      if (batches !== null && batches.every(({ id }) => id !== ref)) return { kind: "lost" };
    }
    return { kind: "pending", done: 0, total: 0 };
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
        if (page === null) throw this.#unreadable("its list of batches");
        return { items: page.data, next: page.has_more ? (page.data.at(-1)?.id ?? null) : null };
      },
      (batches) => areAllBefore(batches, oldest),
    );
  }

  async #hasFiles({ fileIds }: OpenAiBatch): Promise<boolean> {
    for (const fileId of fileIds) {
      const outcome = await askProvider(this.#server, {
        method: "GET",
        path: `/files/${encodeURIComponent(fileId)}`,
        timeoutMs: this.#timing.callMs,
      });
      if (outcome.kind === "answered" || outcome.answer.status !== 404) return true;
    }
    return false;
  }

  /** A file may come late after its batch ended. One that is gone for good has nothing to read in it. */
  #noteUnreadable(answer: HttpAnswer, { endedAt }: OpenAiBatch): void {
    const trouble = this.#server.classify(answer);
    if (answer.status !== 404) throw toAasError(this.#server.connection, trouble);
    const isLate = endedAt === null || this.#now() - endedAt.getTime() < this.#timing.lateMs;
    if (isLate) throw toAasError(this.#server.connection, { kind: "open", message: trouble.message });
  }

  #readBatch(body: unknown): OpenAiBatch {
    const batch = parseBatch(body);
    if (batch === null) throw this.#unreadable("a batch");
    return batch;
  }

  #unreadable(what: string): AasError {
    const { provider } = this.#server.connection;
    return new AasError("provider_unavailable", `${provider} answered with something else than ${what}.`, {
      retryable: true,
    });
  }

  #now(): number {
    return this.#server.connection.clock.now().getTime();
  }
}

function pathOf(ref: string): string {
  return `/batches/${encodeURIComponent(ref)}`;
}
