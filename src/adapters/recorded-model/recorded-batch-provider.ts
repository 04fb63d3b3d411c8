import { createHash, randomUUID } from "node:crypto";
import { AasError } from "../../domain/errors.ts";
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
} from "../../ports/batch-provider.ts";
import type { Clock } from "../../ports/clock.ts";
import { appendToJournal, type JournalEntry, readJournal } from "./batch-journal.ts";
import { findReply } from "./find-reply.ts";
import { recordedPrice, recordedProvider } from "./recorded-model.ts";
import type { Replies } from "./replies.ts";

export interface RecordedBatchOptions {
  readonly replies: Replies;
  /** Belongs to the provider as its server's database does: never part of our own state. */
  readonly journalFile: string;
  readonly clock: Clock;
  readonly pendingFor: PendingFor;
}

/** How long a batch is on its way: so many looks, or so much time. */
export type PendingFor =
  | { readonly kind: "looks"; readonly count: number }
  | { readonly kind: "time"; readonly ms: number };

/**
 * A batch provider in a file. It does what a real one does and nothing kinder: submitting twice makes two batches, and
 * the journal shows it.
 */
export class RecordedBatchProvider implements BatchProvider {
  readonly provider = recordedProvider;
  readonly host = null;
  readonly model: string;
  readonly price = recordedPrice;
  readonly limits: BatchLimits = { maxItems: 50_000, maxBytes: 200_000_000, maxTokens: null };
  readonly #options: RecordedBatchOptions;

  constructor(options: RecordedBatchOptions) {
    this.model = options.replies.model;
    this.#options = options;
  }

  async prepare(
    items: readonly BatchRequest[],
    submitKey: string,
    signal: AbortSignal,
  ): Promise<PrepareOutcome> {
    signal.throwIfAborted();
    const content = JSON.stringify([submitKey, items]);
    const uploadRef = `upload_${createHash("sha256").update(content).digest("hex").slice(0, 24)}`;
    await this.#append({ type: "upload", uploadRef, submitKey, items: items.map(toJournalItem) });
    return { kind: "prepared", uploadRef };
  }

  async submit(
    { uploadRef }: PreparedBatch,
    _items: readonly BatchRequest[],
    submitKey: string,
    signal: AbortSignal,
  ): Promise<SubmitOutcome> {
    signal.throwIfAborted();
    const isUploaded = (await this.#read()).some(
      (entry) => entry.type === "upload" && entry.uploadRef === uploadRef,
    );
    if (uploadRef === null || !isUploaded)
      return { kind: "refused", trouble: "upload_lost", message: `There is no upload ${uploadRef}.` };
    const ref = `batch_${randomUUID()}`;
    await this.#append({ type: "batch_created", ref, submitKey, uploadRef });
    return { kind: "created", ref };
  }

  async find({ submitKey }: LostSubmit): Promise<FindOutcome> {
    const created = (await this.#read()).find(
      (entry) => entry.type === "batch_created" && entry.submitKey === submitKey,
    );
    return created?.type === "batch_created" ? { kind: "found", ref: created.ref } : { kind: "absent" };
  }

  async poll({ ref }: SubmittedBatch): Promise<BatchProgress> {
    if (findBatch(await this.#read(), ref) === null) return { kind: "lost" };
    await this.#append({ type: "polled", ref });
    return progressOf(await this.#getBatch(ref), this.#options);
  }

  async *results(ref: string): AsyncIterable<BatchResult> {
    const batch = await this.#getBatch(ref);
    if (progressOf(batch, this.#options).kind !== "completed") return;
    for (const { customId, request } of batch.items) {
      const reply = findReply(this.#options.replies, request);
      yield reply instanceof Error
        ? { customId, outcome: { kind: "failed", failure: "invalid_request", message: reply.message } }
        : { customId, outcome: { kind: "answered", reply } };
    }
  }

  async cancel(ref: string): Promise<void> {
    const batch = findBatch(await this.#read(), ref);
    const isPending = batch !== null && progressOf(batch, this.#options).kind === "pending";
    if (isPending) await this.#append({ type: "canceled", ref });
  }

  async #getBatch(ref: string): Promise<JournaledBatch> {
    const batch = findBatch(await this.#read(), ref);
    if (batch !== null) return batch;
    throw new AasError("provider_refused", `There is no recorded batch ${ref}.`);
  }

  #read(): Promise<readonly JournalEntry[]> {
    return readJournal(this.#options.journalFile);
  }

  #append(entry: WithoutTime<JournalEntry>): Promise<void> {
    const at = this.#options.clock.now().toISOString();
    return appendToJournal(this.#options.journalFile, { ...entry, at });
  }
}

type WithoutTime<Entry> = Entry extends JournalEntry ? Omit<Entry, "at"> : never;

type JournalItem = Extract<JournalEntry, { type: "upload" }>["items"][number];

function toJournalItem({ customId, request }: BatchRequest): JournalItem {
  const { purpose, system, prompt, maxOutputTokens } = request;
  return { customId, request: { purpose, system, prompt, maxOutputTokens } };
}

/** What the journal says of one batch. */
interface JournaledBatch {
  readonly items: readonly JournalItem[];
  readonly createdAt: Date;
  readonly looks: number;
  readonly isCanceled: boolean;
}

function findBatch(journal: readonly JournalEntry[], ref: string): JournaledBatch | null {
  const created = journal.find((entry) => entry.type === "batch_created" && entry.ref === ref);
  if (created?.type !== "batch_created") return null;
  const upload = journal.find((entry) => entry.type === "upload" && entry.uploadRef === created.uploadRef);
  return {
    items: upload?.type === "upload" ? upload.items : [],
    createdAt: new Date(created.at),
    looks: journal.filter((entry) => entry.type === "polled" && entry.ref === ref).length,
    isCanceled: journal.some((entry) => entry.type === "canceled" && entry.ref === ref),
  };
}

function progressOf(batch: JournaledBatch, { pendingFor, clock }: RecordedBatchOptions): BatchProgress {
  if (batch.isCanceled) return { kind: "canceled" };
  const passed =
    pendingFor.kind === "looks" ? batch.looks : clock.now().getTime() - batch.createdAt.getTime();
  const needed = pendingFor.kind === "looks" ? pendingFor.count + 1 : pendingFor.ms;
  if (passed >= needed) return { kind: "completed" };
  const total = batch.items.length;
  return { kind: "pending", done: Math.floor((total * passed) / needed), total };
}
