import { appendFileSync, existsSync, readFileSync } from "node:fs";
import type { CrashPoints } from "../../ports/crash-points.ts";

export interface DyingOptions {
  /**
   * `git.updateRef:before#2`: dies when this point is reached for the second time. `any#20`: when it has come to twenty
   * different points. `new`: at the first point that does not stand in `knownFile`, and adds it there. Empty: never, only
   * traces.
   */
  readonly at: string;
  readonly knownFile: string | null;
  /** Gets a line for every point reached, so that a kill can be shown to have hit work in flight. */
  readonly traceFile: string | null;
  /** SIGSTOP: sleeps there until somebody wakes it, as a laptop does. */
  readonly signal: "SIGKILL" | "SIGSTOP";
}

/** Dies at one named point: nothing is flushed, closed or cleaned up. */
export function makeDyingCrashPoints(options: DyingOptions): CrashPoints {
  const { traceFile, signal } = options;
  const isHere = conditionOf(options);
  return {
    reach: (name) => {
      if (traceFile !== null) appendFileSync(traceFile, `${process.pid} ${name}\n`);
      if (isHere(name)) process.kill(process.pid, signal);
    },
  };
}

type Condition = (name: string) => boolean;

function conditionOf({ at, knownFile }: DyingOptions): Condition {
  const [target = "", count = "1"] = at.split("#");
  switch (target) {
    case "new":
      return newPoint(knownFile);
    case "any":
      return anyPoint(Number(count));
    default:
      return namedPoint(target, Number(count));
  }
}

function namedPoint(target: string, count: number): Condition {
  let reached = 0;
  return (name) => {
    if (name !== target) return false;
    reached += 1;
    return reached === count;
  };
}

function anyPoint(count: number): Condition {
  const seen = new Set<string>();
  return (name) => {
    if (seen.has(name)) return false;
    seen.add(name);
    return seen.size === count;
  };
}

function newPoint(knownFile: string | null): Condition {
  if (knownFile === null) return () => false;
  const text = existsSync(knownFile) ? readFileSync(knownFile, "utf8") : "";
  const known = new Set(text.split("\n"));
  return (name) => {
    if (known.has(name)) return false;
    known.add(name);
    appendFileSync(knownFile, `${name}\n`);
    return true;
  };
}
