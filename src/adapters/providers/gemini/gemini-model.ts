import type { Price } from "../../../domain/money/price.ts";
import type { Model, ModelReply, ModelRequest } from "../../../ports/model.ts";
import { askPatiently, type Vendor } from "../wire/ask-provider.ts";
import { type Timing, usualTiming } from "../wire/timing.ts";
import { countedTokens } from "../wire/provider-gate.ts";
import { toAasError, unreadable } from "../wire/to-aas-error.ts";
import { parseContentReply } from "./content-reply.ts";
import { pathOfModel, renderContentRequest } from "./content-request.ts";
import { type GeminiOptions, openGemini } from "./gemini-options.ts";

/** Gemini's `generateContent`. */
export class GeminiModel implements Model {
  readonly provider: string;
  readonly name: string;
  readonly price: Price | null;
  readonly #server: Vendor;
  readonly #timing: Timing;

  constructor(options: GeminiOptions) {
    this.#server = openGemini(options);
    this.provider = this.#server.connection.provider;
    this.name = options.model;
    this.price = options.price;
    this.#timing = { ...usualTiming, ...options.timing };
  }

  async complete(request: ModelRequest, signal: AbortSignal): Promise<ModelReply> {
    const body = JSON.stringify(renderContentRequest(request));
    const outcome = await askPatiently(this.#server, {
      method: "POST",
      path: `${pathOfModel(this.name)}:generateContent`,
      body,
      timeoutMs: this.#timing.answerMs,
      tokens: countedTokens(body, request.maxOutputTokens),
      signal,
    });
    if (outcome.kind === "refused") throw toAasError(this.#server.connection, outcome.trouble);
    const reply = parseContentReply(outcome.body);
    if (reply === null) throw unreadable(this.#server.connection, "an answer of a model");
    return reply;
  }
}
