import type { LineOutcome } from "../answers/line-outcome.ts";
import { answerCall } from "../answers/answer-call.ts";
import { promptText } from "../answers/prompt-text.ts";
import { type Answer, jsonAnswer } from "../http/answer.ts";
import { type Route, route } from "../http/route.ts";
import { readJson, textAt } from "../http/read-json.ts";
import type { World } from "../world.ts";
import { toChatCompletion } from "./chat-completion.ts";
import { objectionToBody } from "./object-to-body.ts";
import { openaiError } from "./openai-error.ts";
import { toResponseObject } from "./response-object.ts";

export function openaiSyncRoutes(world: World): readonly Route[] {
  return ["/v1/chat/completions", "/v1/responses"].map((endpoint) =>
    route(`POST ${endpoint}`, ({ body }) => call(world, endpoint, body)),
  );
}

function call(world: World, endpoint: string, bytes: Buffer): Answer {
  const body = readJson(bytes) ?? null;
  const objection = objectionToBody(endpoint, body);
  if (objection !== null) return refusal(objection);
  const model = textAt(body, "model") ?? "";
  const { callRef, outcome } = answerCall(world, { vendor: "openai", model, prompt: promptText(body), body });
  if (outcome.kind !== "answered") return refusal(outcome);
  const facts = {
    id: callRef,
    model,
    createdAtSeconds: world.clock.nowSeconds(),
    serviceTier: textAt(body, "service_tier") === "flex" ? "flex" : "default",
  };
  const render = endpoint === "/v1/responses" ? toResponseObject : toChatCompletion;
  return jsonAnswer(200, render(outcome, facts), {
    created: [callRef],
    delivery: { kind: "reply", vendor: "openai", callRef },
  });
}

function refusal(outcome: LineOutcome): Answer {
  if (outcome.kind !== "error") return openaiError(500, { message: "No answer.", type: "server_error" });
  const { status, message, param, code } = outcome;
  return openaiError(status, { message, param, code });
}
