import type { Json } from "../../../domain/json.ts";
import { promptText } from "../answers/prompt-text.ts";
import type { BatchLine } from "../batches/held-batch.ts";
import type { FaultScript } from "../fault-script.ts";
import type { BatchError } from "../faults/batch-fault.ts";
import { isJsonObject, readJson, textAt } from "../http/read-json.ts";
import { objectionToBody } from "./object-to-body.ts";

export type Validated =
  | { readonly kind: "valid"; readonly lines: readonly BatchLine[] }
  | { readonly kind: "invalid"; readonly errors: readonly BatchError[] };

interface InputLine {
  /** From 1, as errors count. */
  readonly line: number;
  readonly value: Json | undefined;
}

/** What the service finds in an input file long after it took it. One wrong line fails the whole batch. */
export function validateInput(bytes: Buffer, endpoint: string, limits: FaultScript["limits"]): Validated {
  const lines = toInputLines(bytes);
  const errors = [...errorsOfFile(bytes, lines, limits), ...errorsOfLines(lines, endpoint)];
  if (errors.length > 0) return { kind: "invalid", errors };
  return { kind: "valid", lines: lines.map(({ value }) => toBatchLine(value, endpoint)) };
}

/** A byte order mark is not taken away: the line it stands on is no JSON. */
function toInputLines(bytes: Buffer): readonly InputLine[] {
  return bytes
    .toString("utf8")
    .split("\n")
    .map((text, index) => ({ text: text.replace(/\r$/u, ""), line: index + 1 }))
    .filter(({ text }) => text.trim() !== "" || text.includes("\uFEFF"))
    .map(({ text, line }) => ({ line, value: readJson(text) }));
}

function errorsOfFile(
  bytes: Buffer,
  lines: readonly InputLine[],
  { maxBatchBytes, maxBatchLines }: FaultScript["limits"],
): readonly BatchError[] {
  const error = (code: string, message: string): BatchError[] => [{ code, message, line: null, param: null }];
  if (lines.length === 0) {
    return error(
      "empty_file",
      "The input file is empty. Please ensure that the batch contains at least one request.",
    );
  }
  if (lines.length > maxBatchLines) {
    return error(
      "too_many_tasks",
      "The number of requests in the input file exceeds the maximum allowed value.",
    );
  }
  if (bytes.length > maxBatchBytes) {
    return error("file_too_large", "The input file exceeds the maximum allowed size for a batch.");
  }
  return [];
}

function errorsOfLines(lines: readonly InputLine[], endpoint: string): readonly BatchError[] {
  const seen = new Set<string>();
  const model = lines.map(({ value }) => modelOf(value)).find((found) => found !== null) ?? null;
  return lines.flatMap(({ line, value }) => {
    const error = shapeError(value, endpoint) ?? customIdError(value, seen) ?? modelError(value, model);
    return error === null ? [] : [{ ...error, line }];
  });
}

type LineError = Omit<BatchError, "line">;

function shapeError(value: Json | undefined, endpoint: string): LineError | null {
  if (!isJsonObject(value)) {
    return {
      code: "invalid_json_line",
      message: "This line is not parseable as valid JSON.",
      param: null,
    };
  }
  const missing = ["custom_id", "method", "url", "body"].find((name) => value[name] === undefined);
  if (missing !== undefined) {
    return {
      code: "missing_required_parameter",
      message: `Missing required parameter: '${missing}'.`,
      param: missing,
    };
  }
  if (value["url"] !== endpoint) {
    return {
      code: "invalid_url",
      message: "The URL provided for this request does not match the batch endpoint.",
      param: "url",
    };
  }
  return null;
}

function customIdError(value: Json | undefined, seen: Set<string>): LineError | null {
  const customId = textAt(value, "custom_id") ?? "";
  if (!seen.has(customId)) {
    seen.add(customId);
    return null;
  }
  return {
    code: "duplicate_custom_id",
    message: `The custom_id '${customId}' for this request is a duplicate of another request.`,
    param: "custom_id",
  };
}

function modelError(value: Json | undefined, model: string | null): LineError | null {
  const body = isJsonObject(value) ? value["body"] : undefined;
  if (isJsonObject(body) && body["stream"] === true) {
    return {
      code: "streaming_unsupported",
      message: "Chat Completions: Streaming is not supported in the Batch API.",
      param: "body.stream",
    };
  }
  if (modelOf(value) === model) return null;
  return {
    code: "mismatched_model",
    message:
      "The model for this request does not match the rest of the batch. Each batch must contain requests for a single model.",
    param: "body.model",
  };
}

function modelOf(value: Json | undefined): string | null {
  return isJsonObject(value) ? textAt(value["body"], "model") : null;
}

function toBatchLine(value: Json | undefined, endpoint: string): BatchLine {
  const body = isJsonObject(value) ? (value["body"] ?? null) : null;
  const model = modelOf(value) ?? "";
  const asked = { vendor: "openai", model, prompt: promptText(body), body } as const;
  return { customId: textAt(value, "custom_id") ?? "", asked, objection: objectionToBody(endpoint, body) };
}
