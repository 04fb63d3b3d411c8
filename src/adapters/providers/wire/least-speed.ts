/** Slower than this is no download: a result of a batch would take a second and more. */
const leastBytesPerMs = 4;

/**
 * How long a download may be waited for: it may pause, and it must get on. Otherwise a byte now and then would keep
 * somebody waiting for ever.
 */
export class LeastSpeed {
  readonly #idleMs: number;
  #waitedMs = 0;
  #bytes = 0;

  constructor(idleMs: number) {
    this.#idleMs = idleMs;
  }

  /** For the next bytes. */
  get leftMs(): number {
    const earnedMs = this.#bytes / leastBytesPerMs - this.#waitedMs;
    return Math.max(0, Math.min(this.#idleMs, this.#idleMs + earnedMs));
  }

  came(bytes: number, afterMs: number): void {
    this.#bytes += bytes;
    this.#waitedMs += afterMs;
  }
}
