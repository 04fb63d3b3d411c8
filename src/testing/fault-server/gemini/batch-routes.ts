import type { Json } from "../../../domain/json.ts";
import { isEnd, type Phase } from "../batches/batch-life.ts";
import type { HeldBatch } from "../batches/held-batch.ts";
import { keepResults } from "../batches/keep-results.ts";
import { resultTexts } from "../batches/result-texts.ts";
import { type Answer, jsonAnswer } from "../http/answer.ts";
import { readJson } from "../http/read-json.ts";
import { type Route, route } from "../http/route.ts";
import type { Delivery } from "../money/delivery.ts";
import type { World } from "../world.ts";
import { toBatchOperation } from "./batch-operation.ts";
import { geminiError } from "./gemini-error.ts";
import { readGeminiBatch } from "./read-create-batch.ts";
import { toGeminiResultLine } from "./result-lines.ts";

export function geminiBatchRoutes(world: World): readonly Route[] {
  return [
    route("POST /v1beta/models/{model}:batchGenerateContent", ({ body }, { model = "" }) =>
      create(world, model, body),
    ),
    route("GET /v1beta/batches", ({ query }) => jsonAnswer(200, page(world, query))),
    route("GET /v1beta/batches/{id}", (_asked, { id = "" }) =>
      withBatch(world, id, (batch) => shown(world, batch, batch.lookAt(world.clock.nowMs()))),
    ),
    route("POST /v1beta/batches/{id}:cancel", (_asked, { id = "" }) =>
      withBatch(world, id, (batch) => cancel(world, batch)),
    ),
    route("DELETE /v1beta/batches/{id}", (_asked, { id = "" }) =>
      withBatch(world, id, (batch) => {
        batch.isDeleted = true;
        return jsonAnswer(200, {});
      }),
    ),
  ];
}

/** The same twice is two batches: nothing here tells a repetition. */
function create(world: World, model: string, body: Buffer): Answer {
  const read = readGeminiBatch(world, model, body);
  if (read.kind === "refused") return read.answer;
  const { displayName, fileName, lines } = read.create;
  const submitted = { model, displayName, fileName };
  const batch = world.addBatch({ id: world.newBatchId("batches/"), vendor: "gemini", lines, submitted });
  const told = { created: [batch.facts.id], customIds: lines.map(({ customId }) => customId) };
  return jsonAnswer(200, toBatchOperation(batch, "validating", null), told);
}

function withBatch(world: World, id: string, perform: (batch: HeldBatch) => Answer): Answer {
  const batch = world.findBatch("gemini", `batches/${id}`);
  return batch === null ? geminiError(404, "Requested entity was not found.") : perform(batch);
}

function cancel(world: World, batch: HeldBatch): Answer {
  if (batch.cancelAt(world.clock.nowMs()) === null) return jsonAnswer(200, {});
  return geminiError(409, "The operation has ended already.");
}

function shown(world: World, batch: HeldBatch, phase: Phase): Answer {
  const output = outputOf(world, batch, phase);
  const delivery: Delivery = {
    kind: "inline_results",
    vendor: "gemini",
    batchRef: batch.facts.id,
    results: inlined(batch),
  };
  return jsonAnswer(200, toBatchOperation(batch, phase, output), { delivery });
}

/** Only a batch that succeeded has results: one that expired or was canceled keeps what it worked to itself. */
function outputOf(world: World, batch: HeldBatch, phase: Phase): Json {
  const nowMs = world.clock.nowMs();
  if (!batch.seenAtMs.has(phase)) batch.seenAtMs.set(phase, nowMs);
  if (!isEnd(phase)) return null;
  world.settle(batch, phase);
  if (phase !== "completed" || batch.facts.plan.fate.kind === "archived") return null;
  makeResults(world, batch);
  if (batch.facts.submitted["fileName"] === null) {
    return { inlinedResponses: { inlinedResponses: inlined(batch) } };
  }
  return { responsesFile: batch.resultFiles.get("output") ?? null };
}

function makeResults(world: World, batch: HeldBatch): void {
  if (batch.inlined !== null || batch.resultFiles.size > 0) return;
  const { seed } = world.script;
  const texts = resultTexts(world, batch, (line) => toGeminiResultLine(line, batch, seed));
  const lines = texts.map(({ text }) => text);
  if (batch.facts.submitted["fileName"] !== null) keepResults(world, batch, "output", lines);
  else batch.inlined = lines.map(toInlined);
}

/** One document holds all: bytes that are no JSON would spoil every answer, which no line fault means. */
function toInlined(text: string): Json {
  const value = readJson(text);
  if (value === undefined) throw new Error("A line inside a Gemini batch cannot be corrupted or cut");
  return value;
}

function inlined({ inlined: results }: HeldBatch): readonly Json[] {
  return results ?? [];
}

/** Empty, it has not even a list. */
function page(world: World, query: URLSearchParams): Json {
  const size = Math.min(1000, Number(query.get("pageSize") ?? 10));
  const start = Number(query.get("pageToken") ?? 0);
  const batches = world.listBatches("gemini");
  const operations = batches.slice(start, start + size).map((batch) => {
    const phase = batch.phaseAt(world.clock.nowMs());
    return toBatchOperation(batch, phase, outputOf(world, batch, phase));
  });
  if (operations.length === 0) return {};
  const hasMore = start + size < batches.length;
  return { operations, ...(hasMore ? { nextPageToken: String(start + size) } : {}) };
}
