import type { CannedAnswer } from "./faults/request-fault.ts";
import { type Answer, bytesAnswer } from "./http/answer.ts";
import type { Asked } from "./http/asked.ts";
import { vendorOfPath } from "./vendor-of-path.ts";
import type { World } from "./world.ts";

const callPaths = /^\/v1\/(?:chat\/completions|responses|messages)$|:generateContent$/u;

/** An answer that a script wrote out. One that tells usage costs what it says, like any other. */
export function cannedReply(
  world: World,
  { status, headers, body, raw }: CannedAnswer,
  asked: Asked,
): Answer {
  const type = raw === undefined ? "application/json" : "text/plain";
  const text = raw ?? (body === undefined ? "" : JSON.stringify(body));
  const bytes = Buffer.from(text.replaceAll("{{BASE}}", asked.origin));
  const told = { headers: { "content-type": type, ...headers } };
  if (status !== 200 || !callPaths.test(asked.path)) return bytesAnswer(status, bytes, told);
  const callRef = world.newId("call-");
  const delivery = { kind: "reply", vendor: vendorOfPath(asked.path), callRef } as const;
  return bytesAnswer(status, bytes, { ...told, created: [callRef], delivery });
}
