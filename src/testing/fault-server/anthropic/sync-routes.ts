import { answerCall } from "../answers/answer-call.ts";
import { promptText } from "../answers/prompt-text.ts";
import { type Answer, jsonAnswer } from "../http/answer.ts";
import { readJson, textAt } from "../http/read-json.ts";
import { type Route, route } from "../http/route.ts";
import type { World } from "../world.ts";
import { anthropicError } from "./anthropic-error.ts";
import { toMessage } from "./message.ts";
import { objectionToParams } from "./object-to-params.ts";

export function anthropicSyncRoutes(world: World): readonly Route[] {
  return [route("POST /v1/messages", ({ body }) => call(world, body))];
}

function call(world: World, bytes: Buffer): Answer {
  const body = readJson(bytes) ?? null;
  const objection = objectionToParams(body, false);
  if (objection !== null) return anthropicError(400, objection.message);
  const model = textAt(body, "model") ?? "";
  const asked = { vendor: "anthropic", model, prompt: promptText(body), body } as const;
  const { callRef, outcome } = answerCall(world, asked);
  if (outcome.kind === "error") return anthropicError(outcome.status, outcome.message);
  if (outcome.kind !== "answered") return anthropicError(500, "Internal server error");
  return jsonAnswer(200, toMessage(outcome, { id: callRef, model, serviceTier: "standard" }), {
    created: [callRef],
    delivery: { kind: "reply", vendor: "anthropic", callRef },
  });
}
