import { z } from "zod";
import type { Answer } from "../http/answer.ts";
import { isJsonObject, readJson } from "../http/read-json.ts";
import { batchEndpoints } from "./endpoints.ts";
import { missingParameter, openaiError } from "./openai-error.ts";

const metadataSchema = z
  .record(z.string().max(64), z.string().max(512))
  .refine((pairs) => Object.keys(pairs).length <= 16);

export interface CreateBatch {
  readonly inputFileId: string;
  readonly endpoint: string;
  readonly metadata: Readonly<Record<string, string>> | null;
}

type Read =
  | { readonly kind: "read"; readonly create: CreateBatch }
  | { readonly kind: "refused"; readonly answer: Answer };

/** What is wrong here is said at once, unlike what is wrong in the file. */
export function readCreateBatch(body: Buffer): Read {
  const value = readJson(body);
  if (!isJsonObject(value)) {
    return refused(openaiError(400, { message: "We could not parse the JSON body of your request." }));
  }
  const missing = ["input_file_id", "endpoint", "completion_window"].find(
    (name) => value[name] === undefined,
  );
  if (missing !== undefined) return refused(missingParameter(missing));
  const { input_file_id: inputFileId, endpoint, completion_window: window } = value;
  if (typeof inputFileId !== "string") return refused(wrongType("input_file_id"));
  if (typeof endpoint !== "string" || !batchEndpoints.includes(endpoint)) {
    return refused(wrongValue("endpoint", endpoint, batchEndpoints));
  }
  if (window !== "24h") return refused(wrongValue("completion_window", window, ["24h"]));
  const metadata = metadataSchema.nullish().safeParse(value["metadata"]);
  if (!metadata.success) return refused(wrongType("metadata"));
  return { kind: "read", create: { inputFileId, endpoint, metadata: metadata.data ?? null } };
}

function refused(answer: Answer): Read {
  return { kind: "refused", answer };
}

function wrongType(param: string): Answer {
  return openaiError(400, { message: `Invalid type for '${param}'.`, param, code: "invalid_type" });
}

function wrongValue(param: string, value: unknown, supported: readonly string[]): Answer {
  const names = supported.map((one) => `'${one}'`).join(", ");
  const message = `Invalid value: '${String(value)}'. Supported values are: ${names}.`;
  return openaiError(400, { message, param, code: "invalid_value" });
}
