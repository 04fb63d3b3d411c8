/** The time of a server: that of its machine or of a test, and as much further as it was told to go. */
export class FaultClock {
  readonly #now: () => number;
  #aheadMs = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  nowMs(): number {
    return this.#now() + this.#aheadMs;
  }

  nowSeconds(): number {
    return Math.floor(this.nowMs() / 1000);
  }

  advance(ms: number): void {
    this.#aheadMs += ms;
  }
}
