import { z } from "zod";
import type { CallTier } from "../../../domain/money/price.ts";
import type { Finish, ModelReply } from "../../../ports/model.ts";
import { listOf, textOrNull } from "../wire/tolerant.ts";
import { type OpenAiUsage, openAiUsage } from "./usage.ts";

const part = z.object({ type: z.string(), text: z.string() });

/** Text, or the parts of it. */
const content = z.union([
  z.string(),
  listOf(part).transform((parts) =>
    parts.flatMap(({ type, text }) => (/^(?:output_)?text$/u.test(type) ? text : [])).join(""),
  ),
]);

const completion = z.object({
  model: textOrNull,
  choices: z
    .array(
      z.object({
        message: z.object({ content, refusal: textOrNull }),
        finish_reason: textOrNull,
      }),
    )
    .min(1),
  usage: openAiUsage,
});

/** Null: it is no chat completion. */
export function parseChatReply(body: unknown): ModelReply | null {
  const parsed = completion.safeParse(body).data;
  const [choice] = parsed?.choices ?? [];
  if (parsed === undefined || choice === undefined) return null;
  const { message, finish_reason: reason } = choice;
  return {
    text: message.content === "" ? (message.refusal ?? "") : message.content,
    finish: message.refusal === null ? finishOf(reason, message.content, parsed.usage) : "refusal",
    usage: parsed.usage.tokens,
    model: parsed.model,
  };
}

const tiered = z.object({ service_tier: textOrNull });

/** A provider that has another price to ask than the one that was wanted says so. */
export function isAtTier(body: unknown, wanted: CallTier): boolean {
  const tier = tiered.safeParse(body).data?.service_tier ?? null;
  return wanted === "standard" || tier === null || tier === wanted;
}

/** Thinking can use up all that may be written: then nothing is left to answer with, whatever the reason says. */
function finishOf(reason: string | null, text: string, usage: OpenAiUsage): Finish {
  if (reason === "length" || reason === "max_tokens") return "length";
  if (reason === "content_filter") return "filter";
  if (text === "") return usage.isAllReasoning ? "length" : "other";
  return reason === "stop" ? "stop" : "other";
}
