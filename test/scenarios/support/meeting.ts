export interface Meeting {
  /** Returns when all who are expected have arrived. */
  arrive(): Promise<void>;
}

/** A place where so many wait for each other: it is only passed when they are there at the same time. */
export function meeting(expected: number): Meeting {
  const { promise, resolve } = Promise.withResolvers<void>();
  let arrived = 0;
  return {
    arrive: async () => {
      arrived += 1;
      if (arrived >= expected) resolve();
      await promise;
    },
  };
}

export interface Hold {
  /** Settles when somebody has come to the hold. */
  readonly reached: Promise<void>;
  /** Waits here until it is released, or until nobody wants the answer any more. */
  pass(signal: AbortSignal): Promise<void>;
  release(): void;
}

/** A place where one waits until the test lets it go on. */
export function hold(): Hold {
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  return {
    reached: reached.promise,
    release: () => released.resolve(),
    pass: async (signal) => {
      reached.resolve();
      signal.addEventListener("abort", () => released.reject(new Error("aborted")), { once: true });
      await released.promise;
    },
  };
}
