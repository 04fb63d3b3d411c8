/** Time as the memory engine sees it; a test hands in one that it moves by hand. */
export interface Timers {
  now(): number;
  /** Answers the way to call it off. */
  after(milliseconds: number, call: () => void): () => void;
}

/** Longer ones fire at once in Node; whoever waits looks at the clock again anyway. */
const longestMs = 2 ** 31 - 1;

export const realTimers: Timers = {
  now: () => Date.now(),
  after: (milliseconds, call) => {
    const timer = setTimeout(call, Math.min(Math.max(milliseconds, 0), longestMs));
    return () => clearTimeout(timer);
  },
};
