import type { Price } from "../../../domain/money/price.ts";
import type { Model, ModelReply, ModelRequest } from "../../../ports/model.ts";
import { askPatiently, type Vendor } from "../wire/ask-provider.ts";
import { type Timing, usualTiming } from "../wire/timing.ts";
import { countedTokens } from "../wire/provider-gate.ts";
import { toAasError, unreadable } from "../wire/to-aas-error.ts";
import { type AnthropicOptions, openAnthropic } from "./anthropic-options.ts";
import { parseMessage } from "./message.ts";
import { renderMessageParams } from "./message-params.ts";

/** Anthropic's Messages. */
export class AnthropicModel implements Model {
  readonly provider: string;
  readonly name: string;
  readonly price: Price | null;
  readonly #server: Vendor;
  readonly #timing: Timing;

  constructor(options: AnthropicOptions) {
    this.#server = openAnthropic(options);
    this.provider = this.#server.connection.provider;
    this.name = options.model;
    this.price = options.price;
    this.#timing = { ...usualTiming, ...options.timing };
  }

  async complete(request: ModelRequest, signal: AbortSignal): Promise<ModelReply> {
    const body = JSON.stringify(renderMessageParams(request, this.name));
    const outcome = await askPatiently(this.#server, {
      method: "POST",
      path: "/v1/messages",
      body,
      timeoutMs: this.#timing.answerMs,
      tokens: countedTokens(body, request.maxOutputTokens),
      signal,
    });
    if (outcome.kind === "refused") throw toAasError(this.#server.connection, outcome.trouble);
    const reply = parseMessage(outcome.body);
    if (reply === null) throw unreadable(this.#server.connection, "a message");
    return reply;
  }
}
