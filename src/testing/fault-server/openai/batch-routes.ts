import type { Json } from "../../../domain/json.ts";
import type { Phase } from "../batches/batch-life.ts";
import type { HeldBatch } from "../batches/held-batch.ts";
import type { BatchPlan } from "../faults/batch-fault.ts";
import { type Answer, jsonAnswer } from "../http/answer.ts";
import { type Route, route } from "../http/route.ts";
import type { World } from "../world.ts";
import { toOpenaiBatchBody } from "./batch-body.ts";
import { pageOf } from "./list-page.ts";
import { makeResultFiles } from "./make-result-files.ts";
import { openaiError } from "./openai-error.ts";
import { type CreateBatch, readCreateBatch } from "./read-create-batch.ts";
import { validateInput } from "./validate-input.ts";

export function openaiBatchRoutes(world: World): readonly Route[] {
  return [
    route("POST /v1/batches", ({ body }) => create(world, body)),
    route("GET /v1/batches", ({ query }) => jsonAnswer(200, pageOf(listed(world), query, 100))),
    route("GET /v1/batches/{id}", (_asked, { id = "" }) =>
      withBatch(world, id, (batch) => shown(world, batch, batch.lookAt(world.clock.nowMs()))),
    ),
    route("POST /v1/batches/{id}/cancel", (_asked, { id = "" }) =>
      withBatch(world, id, (batch) => cancel(world, batch)),
    ),
  ];
}

function create(world: World, body: Buffer): Answer {
  const read = readCreateBatch(body);
  if (read.kind === "refused") return read.answer;
  const { inputFileId } = read.create;
  if (world.findFile("openai", inputFileId) === null && world.script.unknownFile === "refused") {
    return openaiError(400, { message: `Cannot find file ${inputFileId}.`, param: "input_file_id" });
  }
  const batch = addBatch(world, read.create);
  const customIds = batch.facts.lines.map(({ customId }) => customId);
  // Creating is no look: the first one shows what comes after `validating`.
  return jsonAnswer(200, bodyOf(world, batch, "validating"), { created: [batch.facts.id], customIds });
}

function addBatch(world: World, { inputFileId, endpoint, metadata }: CreateBatch): HeldBatch {
  const submitted = { endpoint, input_file_id: inputFileId, metadata };
  const id = world.newBatchId("batch_");
  const file = world.findFile("openai", inputFileId);
  const validated =
    file === null
      ? ({ kind: "invalid", errors: [unknownFile(inputFileId)] } as const)
      : validateInput(file.bytes, endpoint, world.script.limits);
  if (validated.kind === "valid") {
    return world.addBatch({ id, vendor: "openai", lines: validated.lines, submitted });
  }
  const failed: Partial<BatchPlan> = { fate: { kind: "failed", errors: [...validated.errors] } };
  return world.addBatch({ id, vendor: "openai", lines: [], submitted }, failed);
}

function unknownFile(id: string): { code: string; message: string; line: null; param: string } {
  return {
    code: "invalid_request",
    message: `Cannot find file ${id}, or organization org-fault does not have access to it.`,
    line: null,
    param: "file_id",
  };
}

function withBatch(world: World, id: string, perform: (batch: HeldBatch) => Answer): Answer {
  const batch = world.findBatch("openai", id);
  if (batch !== null) return perform(batch);
  return openaiError(404, { message: `No batch found with id '${id}'.` });
}

function cancel(world: World, batch: HeldBatch): Answer {
  const end = batch.cancelAt(world.clock.nowMs());
  if (end === null) return shown(world, batch, batch.phaseAt(world.clock.nowMs()));
  const { status } = toOpenaiBatchBody(batch, end) as { readonly status: string };
  return openaiError(409, { message: `Cannot cancel a batch with status '${status}'.` });
}

function listed(world: World): readonly { readonly id: string; readonly body: Json }[] {
  return world.listBatches("openai").map((batch) => ({
    id: batch.facts.id,
    body: bodyOf(world, batch, batch.phaseAt(world.clock.nowMs())),
  }));
}

function shown(world: World, batch: HeldBatch, phase: Phase): Answer {
  return jsonAnswer(200, bodyOf(world, batch, phase));
}

function bodyOf(world: World, batch: HeldBatch, phase: Phase): Json {
  markSeen(batch, phase, world.clock.nowMs());
  world.settle(batch, phase);
  makeResultFiles(world, batch);
  return toOpenaiBatchBody(batch, phase);
}

const ways: Partial<Record<Phase, readonly Phase[]>> = {
  in_progress: ["in_progress"],
  finalizing: ["in_progress", "finalizing"],
  completed: ["in_progress", "finalizing", "completed"],
  expired: ["in_progress", "expired"],
  failed: ["failed"],
  canceling: ["canceling"],
  canceled: ["canceling", "canceled"],
};

/** A phase that was passed between two looks has its moment too. */
function markSeen({ seenAtMs }: HeldBatch, phase: Phase, nowMs: number): void {
  for (const passed of ways[phase] ?? []) {
    if (!seenAtMs.has(passed)) seenAtMs.set(passed, nowMs);
  }
}
