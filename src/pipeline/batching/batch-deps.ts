import type { BatchProvider } from "../../ports/batch-provider.ts";
import type { Model } from "../../ports/model.ts";
import type { IdSource } from "../../ports/id-source.ts";
import type { PriceTable } from "../../ports/price-table.ts";
import type { PaidModel } from "../paying/price-of-call.ts";
import type { Prompts } from "../prompting/prompts.ts";
import type { RecordingDeps } from "../recording/make-event.ts";

/** What asking about tasks needs: a batch API, a model for what batches do not bring, or both. */
export interface AskingDeps extends RecordingDeps {
  readonly ids: IdSource;
  readonly prompts: Prompts;
  readonly batchProvider: BatchProvider | null;
  readonly model: Model | null;
  readonly prices: PriceTable;
}

export interface BatchDeps extends RecordingDeps {
  readonly ids: IdSource;
  readonly prompts: Prompts;
  readonly batchProvider: BatchProvider;
  readonly prices: PriceTable;
}

/** A batch API as it is paid for. */
export function paidBatch({ provider, model, price }: BatchProvider): PaidModel {
  return { provider, name: model, price, tier: "batch" };
}
