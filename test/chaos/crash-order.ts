/** Where a process shall die. */
export interface CrashOrder {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  /** From outside, so long after it began to work. */
  readonly killAfterMs: number | null;
}

export const noCrash: CrashOrder = { name: "none", env: {}, killAfterMs: null };

/** At the first point that no process has died at yet. */
export function crashAtNewPoint(knownFile: string): CrashOrder {
  return { name: "new", env: { AAS_CRASH_AT: "new", AAS_CRASH_KNOWN: knownFile }, killAfterMs: null };
}

export function crashAt(point: string, count: number): CrashOrder {
  const at = `${point}#${count}`;
  return { name: at, env: { AAS_CRASH_AT: at }, killAfterMs: null };
}

/** Falls asleep there, as a laptop does that is closed. */
export function sleepAt(point: string, count: number): CrashOrder {
  const { name, env } = crashAt(point, count);
  return { name: `asleep at ${name}`, env: { ...env, AAS_CRASH_SIGNAL: "SIGSTOP" }, killAfterMs: null };
}

export function crashAfter(ms: number): CrashOrder {
  return { name: `after ${ms} ms`, env: {}, killAfterMs: ms };
}
