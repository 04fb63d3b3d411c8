import { answerCall } from "../answers/answer-call.ts";
import { promptText } from "../answers/prompt-text.ts";
import { type Answer, jsonAnswer } from "../http/answer.ts";
import { readJson } from "../http/read-json.ts";
import { type Route, route } from "../http/route.ts";
import type { World } from "../world.ts";
import { toContentReply } from "./content-reply.ts";
import { geminiError } from "./gemini-error.ts";
import { objectionToRequest } from "./object-to-request.ts";

export function geminiSyncRoutes(world: World): readonly Route[] {
  return [
    route("POST /v1beta/models/{model}:generateContent", ({ body }, { model = "" }) =>
      call(world, model, body),
    ),
  ];
}

function call(world: World, model: string, bytes: Buffer): Answer {
  const body = readJson(bytes) ?? null;
  const objection = objectionToRequest(body);
  if (objection !== null) return geminiError(400, objection.message);
  const asked = { vendor: "gemini", model, prompt: promptText(body), body } as const;
  const { callRef, outcome } = answerCall(world, asked);
  if (outcome.kind === "error") return geminiError(outcome.status, outcome.message);
  if (outcome.kind !== "answered") return geminiError(500, "Internal error encountered.");
  return jsonAnswer(200, toContentReply(outcome, model, callRef), {
    created: [callRef],
    delivery: { kind: "reply", vendor: "gemini", callRef },
  });
}
