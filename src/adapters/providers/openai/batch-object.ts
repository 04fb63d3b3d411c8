import { z } from "zod";
import type { BatchTrouble } from "../../../domain/batching/batch-trouble.ts";
import type { BatchProgress } from "../../../ports/batch-provider.ts";
import { boolean, dateOrNull, listOf, numberOrZero, objectOrNull, textOrNull } from "../wire/tolerant.ts";
import { isLostUpload, means } from "./error-words.ts";
import { type OpenAiError, parseOpenAiError } from "./openai-error.ts";

const problem = z.unknown().transform(parseOpenAiError);

const counts = z
  .object({ total: numberOrZero, completed: numberOrZero, failed: numberOrZero })
  .catch({ total: 0, completed: 0, failed: 0 });

const batch = z.object({
  id: z.string().min(1),
  status: z
    .string()
    .catch("")
    .transform((status) => status.toLowerCase()),
  input_file_id: textOrNull,
  output_file_id: textOrNull,
  error_file_id: textOrNull,
  created_at: dateOrNull,
  completed_at: dateOrNull,
  failed_at: dateOrNull,
  expired_at: dateOrNull,
  cancelled_at: dateOrNull,
  request_counts: counts,
  errors: z
    .union([z.object({ data: listOf(problem) }).transform(({ data }) => data), listOf(problem)])
    .nullish()
    .catch(null),
  metadata: objectOrNull(z.object({ submit_key: textOrNull })),
});

/** A batch, of whatever server: "" is nothing, times are numbers or dates, counts may be missing. */
export interface OpenAiBatch {
  readonly id: string;
  readonly status: string;
  readonly createdAt: Date | null;
  readonly endedAt: Date | null;
  readonly inputFileId: string | null;
  readonly submitKey: string | null;
  /** What was answered, then what failed. */
  readonly fileIds: readonly string[];
  readonly done: number;
  readonly total: number;
  readonly errors: readonly OpenAiError[];
}

const batchSchema = batch.transform((raw): OpenAiBatch => ({
  id: raw.id,
  status: raw.status,
  createdAt: raw.created_at,
  endedAt: firstOf([raw.completed_at, raw.failed_at, raw.expired_at, raw.cancelled_at]),
  inputFileId: raw.input_file_id,
  submitKey: raw.metadata?.submit_key ?? null,
  fileIds: [raw.output_file_id, raw.error_file_id].flatMap((id) => id ?? []),
  done: raw.request_counts.completed + raw.request_counts.failed,
  total: raw.request_counts.total,
  errors: raw.errors ?? [],
}));

function firstOf<Value>(values: readonly (Value | null)[]): Value | null {
  return values.find((value) => value !== null) ?? null;
}

const batchList = z.object({ data: listOf(batchSchema), has_more: boolean });

/** Null: it is no batch. */
export function parseBatch(body: unknown): OpenAiBatch | null {
  return batchSchema.safeParse(body).data ?? null;
}

/** Null: it is no list. An empty list is written in more than one way. */
export function parseBatchList(
  body: unknown,
): { readonly data: readonly OpenAiBatch[]; readonly has_more: boolean } | null {
  return batchList.safeParse(body).data ?? null;
}

/** A status that is not known here is one that has not ended: whoever waits loses nothing. */
export function progressOf({ status, done, total, errors }: OpenAiBatch): BatchProgress {
  switch (status) {
    case "completed":
    case "expired":
      return { kind: status };
    case "cancelled":
    case "canceled":
      return { kind: "canceled" };
    case "failed":
      return { kind: "failed", ...troubleOf(errors) };
    default:
      return { kind: "pending", done, total };
  }
}

/** By what has to be done first: without money nothing else helps. */
const byUrgency: readonly BatchTrouble[] = [
  "unpaid",
  "busy",
  "upload_lost",
  "too_large",
  "mixed_models",
  "invalid",
];

function troubleOf(errors: readonly OpenAiError[]): {
  readonly trouble: BatchTrouble;
  readonly message: string;
} {
  const troubles = new Set(errors.map(troubleOfError));
  const said = errors
    .slice(0, 3)
    .map(({ words, message }) => [words[0] ?? [], message ?? []].flat().join(": "));
  return {
    trouble: byUrgency.find((each) => troubles.has(each)) ?? "unexplained",
    message: said.length === 0 ? "The provider did not say why the batch failed." : said.join("; "),
  };
}

function troubleOfError(error: OpenAiError): BatchTrouble {
  if (means("money", error)) return "unpaid";
  if (means("rate", error)) return "busy";
  if (isLostUpload(error)) return "upload_lost";
  if (means("tooLarge", error)) return "too_large";
  if (means("mixedModels", error)) return "mixed_models";
  return error.words.length === 0 || means("server", error) ? "unexplained" : "invalid";
}
