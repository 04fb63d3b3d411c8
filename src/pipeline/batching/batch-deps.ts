import type { BatchProvider } from "../../ports/batch-provider.ts";
import type { Model } from "../../ports/model.ts";
import type { IdSource } from "../../ports/id-source.ts";
import type { Prompts } from "../prompting/prompts.ts";
import type { RecordingDeps } from "../recording/make-event.ts";

/** What asking about tasks needs: a batch API, a model for what batches do not bring, or both. */
export interface AskingDeps extends RecordingDeps {
  readonly ids: IdSource;
  readonly batchProvider: BatchProvider | null;
  readonly model: Model | null;
  readonly prompts: Prompts;
}

export interface BatchDeps extends RecordingDeps {
  readonly ids: IdSource;
  readonly batchProvider: BatchProvider;
  readonly prompts: Prompts;
}
