import type { BatchProvider } from "../../ports/batch-provider.ts";
import type { Model } from "../../ports/model.ts";

/** The model that the settings name, asked call by call and, where its provider has them, in batches. */
export interface RunnableModel {
  readonly model: Model;
  readonly batchProvider: BatchProvider | null;
}
