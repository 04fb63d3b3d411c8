import type { Timers } from "../adapters/durable-memory/timers.ts";

/** Everything that waits for a while waits this much less. */
export function hurriedTimers(hurry: number): Timers {
  const start = Date.now();
  return {
    now: () => start + (Date.now() - start) * hurry,
    after: (milliseconds, call) => {
      const timer = setTimeout(call, Math.max(0, milliseconds) / hurry);
      return () => clearTimeout(timer);
    },
  };
}
