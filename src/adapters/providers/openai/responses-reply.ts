import { z } from "zod";
import type { Finish, ModelReply } from "../../../ports/model.ts";
import { listOf, objectOrNull, textOrNull } from "../wire/tolerant.ts";
import { openAiUsage } from "./usage.ts";

const part = z.object({ type: z.string(), text: textOrNull, refusal: textOrNull });
const item = z.object({ type: z.literal("message"), content: listOf(part) });

const response = z.object({
  object: z.literal("response"),
  model: textOrNull,
  status: textOrNull,
  incomplete_details: objectOrNull(z.object({ reason: textOrNull })),
  output: listOf(item),
  usage: openAiUsage,
});

type Response = z.infer<typeof response>;

/** Null: it is no answer of `/v1/responses`, or one of a request that failed. */
export function parseResponsesReply(body: unknown): ModelReply | null {
  const parsed = response.safeParse(body).data;
  if (parsed === undefined || parsed.status === "failed") return null;
  const parts = parsed.output.flatMap(({ content }) => content);
  const text = parts.flatMap((each) => (each.type === "output_text" ? (each.text ?? []) : [])).join("");
  const refusal = parts.flatMap((each) => each.refusal ?? []).join("");
  return {
    text: text === "" ? refusal : text,
    finish: refusal === "" ? finishOf(parsed, text) : "refusal",
    usage: parsed.usage.tokens,
    model: parsed.model,
  };
}

function finishOf({ status, incomplete_details }: Response, text: string): Finish {
  const reason = incomplete_details?.reason ?? null;
  if (reason === "max_output_tokens" || reason === "max_tokens") return "length";
  if (reason === "content_filter") return "filter";
  return status === "completed" && text !== "" ? "stop" : "other";
}
