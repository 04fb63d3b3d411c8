import type { Json } from "../../../domain/json.ts";
import type { JsonObject } from "../http/read-json.ts";
import type { WrittenCase } from "./case-schema.ts";

/** What a batch and its results look like in a case. */
export interface PlayedBatch {
  /** One for each look; the last one stays. */
  readonly bodies: readonly JsonObject[];
  /** Null: the server works on the requests itself. */
  readonly files: PlayedFiles;
}

export interface PlayedFiles {
  readonly output: Buffer | null;
  readonly error: Buffer | null;
  readonly results: Buffer | null;
}

export function toPlayedBatch(written: WrittenCase): PlayedBatch | null {
  const steps = (written.steps ?? [])
    .filter((step) => typeof step["status"] !== "number")
    // A step may say only what is different from the batch at its end.
    .map((step) => (isBatchBody(step) ? step : { ...written.batch, ...step }));
  const bodies = [...steps, ...[written.batch ?? {}].filter(isBatchBody)];
  const strange = bodies.find((body) => !isBatchBody(body));
  if (strange !== undefined) {
    throw new Error(`Case ${written.id}: the step ${JSON.stringify(strange)} cannot be played`);
  }
  const files = {
    output: toBytes(written.output_file, written.output_file_raw),
    error: toBytes(written.error_file, written.error_file_raw),
    results: toBytes(written.results, written.results_raw),
  };
  return bodies.length === 0 ? null : { bodies, files };
}

/** A body that is no batch at all is what the list of batches says. */
export function listOfCase({ batch, inject }: WrittenCase): Json | undefined {
  return batch !== undefined && !isBatchBody(batch) ? batch : inject?.list;
}

export function isBatchBody(body: JsonObject): boolean {
  return typeof body["id"] === "string" || typeof body["name"] === "string";
}

function toBytes(lines: readonly string[] | undefined, raw: string | undefined): Buffer | null {
  if (raw !== undefined) return Buffer.from(raw);
  return lines === undefined ? null : Buffer.from(lines.map((line) => `${line}\n`).join(""));
}
