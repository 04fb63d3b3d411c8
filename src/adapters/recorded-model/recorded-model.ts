import { type Price, plainPrice } from "../../domain/money/price.ts";
import type { Model, ModelReply, ModelRequest } from "../../ports/model.ts";
import { findReply } from "./find-reply.ts";
import type { Replies } from "./replies.ts";

/** What a recorded reply costs: known, and nothing. */
export const recordedPrice: Price = plainPrice(0, 0);

export const recordedProvider = "recorded";

/** Answers from a file, without a network or a key; never with a reply to another request. */
export class RecordedModel implements Model {
  readonly provider = recordedProvider;
  readonly name: string;
  readonly price = recordedPrice;
  readonly #replies: Replies;

  constructor(replies: Replies) {
    this.name = replies.model;
    this.#replies = replies;
  }

  async complete(request: ModelRequest, signal: AbortSignal): Promise<ModelReply> {
    signal.throwIfAborted();
    const reply = findReply(this.#replies, request);
    if (reply instanceof Error) throw reply;
    return reply;
  }
}
