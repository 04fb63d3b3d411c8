import type { Price } from "../../domain/money/price.ts";
import type { Model, ModelReply, ModelRequest } from "../../ports/model.ts";
import { hashRequest, type RecordedReply, toRecordedReply, writeReplies } from "./replies.ts";

/** Passes every request on to another model and writes its replies to a file, from which `RecordedModel` answers. */
export class RecordingModel implements Model {
  readonly provider: string;
  readonly name: string;
  readonly price: Price | null;
  readonly #model: Model;
  readonly #file: string;
  readonly #byHash = new Map<string, RecordedReply>();
  /** One write after the other, each with all replies so far. */
  #written: Promise<void> = Promise.resolve();

  constructor(model: Model, file: string, earlier: ReadonlyMap<string, RecordedReply> = new Map()) {
    this.provider = model.provider;
    this.name = model.name;
    this.price = model.price;
    this.#model = model;
    this.#file = file;
    for (const [hash, reply] of earlier) this.#byHash.set(hash, reply);
  }

  async complete(request: ModelRequest, signal: AbortSignal): Promise<ModelReply> {
    const reply = await this.#model.complete(request, signal);
    this.#byHash.set(hashRequest(request), toRecordedReply(request, reply));
    const before = this.#written;
    this.#written = before.then(() => writeReplies(this.#file, { model: this.name, byHash: this.#byHash }));
    await this.#written;
    return reply;
  }
}
