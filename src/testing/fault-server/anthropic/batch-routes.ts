import type { Json } from "../../../domain/json.ts";
import { isEnd, type Phase } from "../batches/batch-life.ts";
import type { HeldBatch } from "../batches/held-batch.ts";
import { keepResults } from "../batches/keep-results.ts";
import { resultTexts } from "../batches/result-texts.ts";
import { type Answer, bytesAnswer, jsonAnswer } from "../http/answer.ts";
import type { Asked } from "../http/asked.ts";
import { type Route, route } from "../http/route.ts";
import type { World } from "../world.ts";
import { anthropicError } from "./anthropic-error.ts";
import { toAnthropicBatchBody } from "./batch-body.ts";
import { anthropicPage } from "./list-page.ts";
import { readAnthropicBatch } from "./read-create-batch.ts";
import { toAnthropicResultLine } from "./result-lines.ts";

const path = "/v1/messages/batches";

export function anthropicBatchRoutes(world: World): readonly Route[] {
  const one =
    (perform: (batch: HeldBatch, asked: Asked) => Answer) =>
    (asked: Asked, { id = "" }) =>
      withBatch(world, id, (batch) => perform(batch, asked));
  return [
    route(`POST ${path}`, (asked) => create(world, asked)),
    route(`GET ${path}`, (asked) => jsonAnswer(200, anthropicPage(listed(world, asked), asked.query))),
    route(
      `GET ${path}/{id}`,
      one((batch, asked) => jsonAnswer(200, bodyOf(world, batch, batch.lookAt(world.clock.nowMs()), asked))),
    ),
    route(
      `POST ${path}/{id}/cancel`,
      one((batch, asked) => cancel(world, batch, asked)),
    ),
    route(
      `GET ${path}/{id}/results`,
      one((batch, asked) => results(world, batch, asked)),
    ),
    route(
      `DELETE ${path}/{id}`,
      one((batch) => remove(world, batch)),
    ),
  ];
}

function create(world: World, asked: Asked): Answer {
  const read = readAnthropicBatch(asked.body, world.script.limits);
  if (read.kind === "refused") return read.answer;
  const id = world.newBatchId("msgbatch_");
  const batch = world.addBatch({ id, vendor: "anthropic", lines: read.lines, submitted: {} });
  const customIds = read.lines.map(({ customId }) => customId);
  return jsonAnswer(200, bodyOf(world, batch, "in_progress", asked), { created: [id], customIds });
}

function withBatch(world: World, id: string, perform: (batch: HeldBatch) => Answer): Answer {
  const batch = world.findBatch("anthropic", id);
  return batch === null ? anthropicError(404, `Batch ${id} not found`) : perform(batch);
}

function cancel(world: World, batch: HeldBatch, asked: Asked): Answer {
  const nowMs = world.clock.nowMs();
  if (batch.cancelAt(nowMs) !== null) return anthropicError(409, "The batch has ended already");
  return jsonAnswer(200, bodyOf(world, batch, batch.phaseAt(nowMs), asked));
}

function remove(world: World, batch: HeldBatch): Answer {
  if (!isEnd(batch.phaseAt(world.clock.nowMs()))) {
    return anthropicError(400, "A batch that is in progress cannot be deleted");
  }
  batch.isDeleted = true;
  return jsonAnswer(200, { id: batch.facts.id, type: "message_batch_deleted" });
}

function results(world: World, batch: HeldBatch, asked: Asked): Answer {
  bodyOf(world, batch, batch.phaseAt(world.clock.nowMs()), asked);
  const file = world.files.get(batch.resultFiles.get("output") ?? "");
  if (file === undefined) return anthropicError(404, "The results of this batch are not available");
  const delivery = {
    kind: "lines",
    vendor: "anthropic",
    batchRef: batch.facts.id,
    fileRef: file.id,
  } as const;
  return bytesAnswer(200, file.bytes, { headers: { "content-type": "application/x-jsonl" }, delivery });
}

function listed(world: World, asked: Asked): readonly { readonly id: string; readonly body: Json }[] {
  return world.listBatches("anthropic").map((batch) => ({
    id: batch.facts.id,
    body: bodyOf(world, batch, batch.phaseAt(world.clock.nowMs()), asked),
  }));
}

function bodyOf(world: World, batch: HeldBatch, phase: Phase, { origin }: Asked): Json {
  world.settle(batch, phase);
  markSeen(batch, phase, world.clock.nowMs());
  if (batch.worked !== null && batch.facts.plan.fate.kind !== "archived" && batch.resultFiles.size === 0) {
    const { seed } = world.script;
    const texts = resultTexts(world, batch, (line) => toAnthropicResultLine(line, batch, seed));
    keepResults(
      world,
      batch,
      "output",
      texts.map(({ text }) => text),
    );
  }
  return toAnthropicBatchBody(batch, phase, origin);
}

/** However it ended, it has ended; that is all this vendor tells of a batch. */
function markSeen({ seenAtMs }: HeldBatch, phase: Phase, nowMs: number): void {
  const seen = isEnd(phase) ? "completed" : phase;
  if (!seenAtMs.has(seen)) seenAtMs.set(seen, nowMs);
}
