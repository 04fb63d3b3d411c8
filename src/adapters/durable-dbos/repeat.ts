import { setTimeout as sleep } from "node:timers/promises";

export interface Repetition {
  /** Returns when the last round has ended. */
  stop(): Promise<void>;
}

/** One round after the other with a pause between. A round that fails is told and followed by the next one. */
export function repeat(
  pauseMs: number,
  round: () => Promise<void>,
  onError: (error: unknown) => void,
): Repetition {
  const stopped = new AbortController();
  const ended = run();
  return {
    stop: async () => {
      stopped.abort();
      await ended;
    },
  };

  async function run(): Promise<void> {
    while (!stopped.signal.aborted) {
      try {
        await round();
      } catch (error) {
        onError(error);
      }
      await sleep(pauseMs, null, { signal: stopped.signal }).catch(() => null);
    }
  }
}
