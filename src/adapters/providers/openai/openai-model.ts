import type { CallTier, Price } from "../../../domain/money/price.ts";
import type { Model, ModelReply, ModelRequest } from "../../../ports/model.ts";
import { askPatiently, type CallOutcome } from "../wire/ask-provider.ts";
import type { CallTrouble } from "../wire/call-trouble.ts";
import { type Timing, usualTiming } from "../wire/timing.ts";
import { countedTokens } from "../wire/provider-gate.ts";
import { toAasError, unreadable } from "../wire/to-aas-error.ts";
import { isAtTier, parseChatReply } from "./chat-reply.ts";
import { renderChatRequest } from "./chat-request.ts";
import { classifyFlexAnswer } from "./classify-answer.ts";
import { type Dialect, nextDialect } from "./dialect.ts";
import { parseOpenAiError, renderOpenAiError } from "./openai-error.ts";
import { type OpenAiOptions, type OpenAiServer, openOpenAi } from "./openai-options.ts";

export interface OpenAiModelOptions extends OpenAiOptions {
  /** `flex`: half the price and slower, synchronous all the same, where there is room. */
  readonly tiers?: readonly CallTier[];
}

/** Chat completions: what OpenAI, Azure and nearly every server for models understand. */
export class OpenAiModel implements Model {
  readonly provider: string;
  readonly name: string;
  readonly price: Price | null;
  readonly tiers: readonly CallTier[];
  readonly #server: OpenAiServer;
  readonly #timing: Timing;

  constructor(options: OpenAiModelOptions) {
    this.#server = openOpenAi(options);
    this.provider = this.#server.connection.provider;
    this.name = options.model;
    this.price = options.price;
    this.tiers = options.tiers ?? ["standard"];
    this.#timing = { ...usualTiming, ...options.timing };
  }

  async complete(
    request: ModelRequest,
    signal: AbortSignal,
    tier: CallTier = "standard",
  ): Promise<ModelReply> {
    const schemaName = request.schema?.name ?? null;
    const tried: Dialect[] = [];
    let dialect: Dialect = this.#server.dialects.get(schemaName);
    for (;;) {
      tried.push(dialect);
      const outcome = await this.#ask(request, { dialect, tier }, signal);
      if (outcome.kind === "answered") {
        const reply = this.#readReply(outcome.body, tier);
        this.#server.dialects.remember(schemaName, dialect);
        return reply;
      }
      const next = otherWords(outcome, dialect, tried);
      if (next === null) return this.#refused(outcome.trouble);
      dialect = next;
    }
  }

  #ask(request: ModelRequest, { dialect, tier }: Words, signal: AbortSignal): Promise<CallOutcome> {
    const serviceTier = tier === "flex" ? tier : null;
    const server = serviceTier === null ? this.#server : { ...this.#server, classify: classifyFlexAnswer };
    const body = JSON.stringify(renderChatRequest(request, { model: this.name, serviceTier }, dialect));
    return askPatiently(server, {
      method: "POST",
      path: "/chat/completions",
      body,
      timeoutMs: this.#timing.answerMs,
      tokens: countedTokens(body, request.maxOutputTokens),
      signal,
    });
  }

  /** Some servers tell their failures as success. */
  #readReply(body: unknown, tier: CallTier): ModelReply {
    const reply = parseChatReply(body);
    if (reply !== null) return isAtTier(body, tier) ? reply : { ...reply, tier: "standard" };
    if (typeof body === "string") throw unreadable(this.#server.connection, "an answer of a model");
    const message = renderOpenAiError(200, parseOpenAiError(body));
    throw toAasError(this.#server.connection, { kind: "open", message });
  }

  #refused(trouble: CallTrouble): ModelReply {
    if (trouble.kind === "filtered") return { text: "", finish: "filter", usage: null, model: null };
    throw toAasError(this.#server.connection, trouble);
  }
}

interface Words {
  readonly dialect: Dialect;
  readonly tier: CallTier;
}

/** Null: the words were not the reason. */
function otherWords(
  { trouble, answer }: Extract<CallOutcome, { kind: "refused" }>,
  dialect: Dialect,
  tried: readonly Dialect[],
): Dialect | null {
  return trouble.kind === "invalid" ? nextDialect(dialect, parseOpenAiError(answer.body), tried) : null;
}
