import type { Json } from "../../../domain/json.ts";
import { promptText } from "../answers/prompt-text.ts";
import type { BatchLine } from "../batches/held-batch.ts";
import type { Answer } from "../http/answer.ts";
import { isJsonObject, type JsonObject, readJson, textAt } from "../http/read-json.ts";
import type { World } from "../world.ts";
import { geminiError } from "./gemini-error.ts";
import { objectionToRequest } from "./object-to-request.ts";

export interface CreateBatch {
  readonly displayName: string | null;
  /** Null: the requests came along, and the answers will be told in the batch itself. */
  readonly fileName: string | null;
  readonly lines: readonly BatchLine[];
}

type Read =
  | { readonly kind: "read"; readonly create: CreateBatch }
  | { readonly kind: "refused"; readonly answer: Answer };

export function readGeminiBatch(world: World, model: string, body: Buffer): Read {
  const batch = objectAt(readJson(body), "batch");
  const input = objectAt(batch, "inputConfig", "input_config");
  const displayName = textAt(batch, "displayName") ?? textAt(batch, "display_name");
  const fileName = textAt(input, "fileName") ?? textAt(input, "file_name");
  if (fileName !== null) return readFile(world, model, { displayName, fileName });
  const requests = objectAt(input, "requests")?.["requests"];
  if (!Array.isArray(requests) || requests.length === 0)
    return refused(400, "batch.input_config: is required");
  if (body.length > world.script.limits.maxGeminiInlineBytes) {
    return refused(400, "Request payload size exceeds the limit: 20971520 bytes.");
  }
  const lines = requests.map((one: Json) =>
    toBatchLine(model, textAt(objectAt(one, "metadata"), "key") ?? "", objectAt(one, "request")),
  );
  return { kind: "read", create: { displayName, fileName: null, lines } };
}

function readFile(
  world: World,
  model: string,
  named: { readonly displayName: string | null; readonly fileName: string },
): Read {
  const file = world.findFile("gemini", named.fileName);
  if (file === null) return refused(404, `File ${named.fileName} not found.`);
  const texts = file.bytes.toString("utf8").split("\n");
  const values = texts.filter((text) => text.trim() !== "").map((text) => readJson(text));
  const lines = values.map((value) =>
    toBatchLine(model, textAt(value, "key") ?? "", objectAt(value, "request")),
  );
  return { kind: "read", create: { ...named, lines } };
}

function toBatchLine(model: string, customId: string, request: JsonObject | undefined): BatchLine {
  const body = request ?? null;
  const asked = { vendor: "gemini", model, prompt: promptText(body), body } as const;
  return { customId, asked, objection: objectionToRequest(request) };
}

function refused(status: number, message: string): Read {
  return { kind: "refused", answer: geminiError(status, message) };
}

/** Both spellings are taken, as by the real one. */
function objectAt(value: Json | undefined, ...keys: readonly string[]): JsonObject | undefined {
  if (!isJsonObject(value)) return undefined;
  return keys.map((key) => value[key]).find(isJsonObject);
}
