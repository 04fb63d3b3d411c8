/** A place where one worker falls asleep once, until it is woken: what another one does meanwhile is up to the test. */
export interface Nap {
  readonly fallen: Promise<void>;
  wake(): void;
  /** Called at that place; only the first who comes by sleeps. */
  take(): Promise<void>;
}

export function openNap(): Nap {
  const asleep = Promise.withResolvers<void>();
  const awake = Promise.withResolvers<void>();
  let isTaken = false;
  return {
    fallen: asleep.promise,
    wake: awake.resolve,
    take: async () => {
      if (isTaken) return;
      isTaken = true;
      asleep.resolve();
      await awake.promise;
    },
  };
}
