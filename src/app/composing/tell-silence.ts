import type { Model } from "../../ports/model.ts";

/** How long somebody has waited for an answer, and whose. */
export type TellSilence = (provider: string, waitedMs: number) => void;

/** The first word comes early, the others at twice the time each: nobody wants thirty of them. */
const firstWordMs = 30_000;

/** The same model; whoever waits for it is told that it is the provider who is silent. */
export function tellSilence(model: Model, tell: TellSilence, firstMs = firstWordMs): Model {
  const { provider, name, price, tiers } = model;
  return {
    provider,
    name,
    price,
    ...(tiers === undefined ? {} : { tiers }),
    complete: async (request, signal, tier) => {
      using _ = new Silence((waitedMs) => tell(provider, waitedMs), firstMs);
      return await model.complete(request, signal, tier);
    },
  };
}

/** Told of until it is broken. */
class Silence implements Disposable {
  readonly #tell: (waitedMs: number) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(tell: (waitedMs: number) => void, firstMs: number) {
    this.#tell = tell;
    this.#wait(firstMs, firstMs);
  }

  #wait(ms: number, waitedMs: number): void {
    this.#timer = setTimeout(() => {
      this.#tell(waitedMs);
      this.#wait(waitedMs, 2 * waitedMs);
    }, ms);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
