interface Bounded {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Aborts a call when its caller does, or when it took too long. */
export class Deadline implements Disposable {
  readonly signal: AbortSignal;
  hasPassed = false;
  /** Something came, but in all too little. */
  isTooSlow = false;
  readonly #passed = new AbortController();
  readonly #timeoutMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor({ timeoutMs, signal }: Bounded) {
    this.#timeoutMs = timeoutMs;
    this.signal = AbortSignal.any([this.#passed.signal, ...(signal === undefined ? [] : [signal])]);
  }

  /** For the next of what is waited for. */
  start(timeoutMs = this.#timeoutMs): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.hasPassed = true;
      this.isTooSlow = timeoutMs < this.#timeoutMs;
      this.#passed.abort();
    }, timeoutMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Whatever still runs then is nobody's any more. */
  [Symbol.dispose](): void {
    this.stop();
    this.#passed.abort();
  }
}
