import type { Price } from "../../../domain/price.ts";
import type { Model, ModelReply, ModelRequest } from "../../../ports/model.ts";
import { askPatiently, type CallOutcome } from "../wire/ask-provider.ts";
import type { CallTrouble } from "../wire/call-trouble.ts";
import { type Timing, usualTiming } from "../wire/timing.ts";
import { toAasError } from "../wire/to-aas-error.ts";
import { parseChatReply } from "./chat-reply.ts";
import { type ChatOptions, renderChatRequest } from "./chat-request.ts";
import { type Dialect, nextDialect } from "./dialect.ts";
import { parseOpenAiError, renderOpenAiError } from "./openai-error.ts";
import { type OpenAiOptions, type OpenAiServer, openOpenAi } from "./openai-options.ts";

export interface OpenAiModelOptions extends OpenAiOptions {
  /** `flex`: half the price and slower, synchronous all the same. */
  readonly serviceTier?: "flex";
}

/** Chat completions: what OpenAI, Azure and nearly every server for models understand. */
export class OpenAiModel implements Model {
  readonly provider: string;
  readonly name: string;
  readonly price: Price | null;
  readonly #server: OpenAiServer;
  readonly #chat: ChatOptions;
  readonly #timing: Timing;

  constructor(options: OpenAiModelOptions) {
    this.#server = openOpenAi(options);
    this.provider = this.#server.connection.provider;
    this.name = options.model;
    this.price = options.price;
    this.#chat = { model: options.model, serviceTier: options.serviceTier ?? null };
    this.#timing = { ...usualTiming, ...options.timing };
  }

  async complete(request: ModelRequest, signal: AbortSignal): Promise<ModelReply> {
    const schemaName = request.schema?.name ?? null;
    const tried: Dialect[] = [];
    let dialect: Dialect = this.#server.dialects.get(schemaName);
    for (;;) {
      tried.push(dialect);
      const outcome = await this.#ask(request, dialect, signal);
      if (outcome.kind === "answered") {
        const reply = this.#readReply(outcome.body);
        this.#server.dialects.remember(schemaName, dialect);
        return reply;
      }
      const next = otherWords(outcome, dialect, tried);
      if (next === null) return this.#refused(outcome.trouble);
      dialect = next;
    }
  }

  #ask(request: ModelRequest, dialect: Dialect, signal: AbortSignal): Promise<CallOutcome> {
    return askPatiently(this.#server, {
      method: "POST",
      path: "/chat/completions",
      body: JSON.stringify(renderChatRequest(request, this.#chat, dialect)),
      timeoutMs: this.#timing.answerMs,
      signal,
    });
  }

  /** Some servers tell their failures as success. */
  #readReply(body: unknown): ModelReply {
    const reply = parseChatReply(body);
    if (reply !== null) return reply;
    const message = renderOpenAiError(200, parseOpenAiError(body));
    throw toAasError(this.#server.connection, { kind: "open", message });
  }

  #refused(trouble: CallTrouble): ModelReply {
    if (trouble.kind === "filtered") return { text: "", finish: "filter", usage: null, model: null };
    throw toAasError(this.#server.connection, trouble);
  }
}

/** Null: the words were not the reason. */
function otherWords(
  { trouble, answer }: Extract<CallOutcome, { kind: "refused" }>,
  dialect: Dialect,
  tried: readonly Dialect[],
): Dialect | null {
  return trouble.kind === "invalid" ? nextDialect(dialect, parseOpenAiError(answer.body), tried) : null;
}
