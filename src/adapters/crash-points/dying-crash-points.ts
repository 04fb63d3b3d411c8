import { appendFileSync } from "node:fs";
import type { CrashPoints } from "../../ports/crash-points.ts";

export const silentCrashPoints: CrashPoints = { reach: () => undefined };

export interface DyingOptions {
  /** `git.updateRef:before#2`: dies when this point is reached for the second time. */
  readonly at: string;
  /** Gets a line for every point reached, so that a kill can be shown to have hit work in flight. */
  readonly traceFile: string | null;
}

/** Dies by SIGKILL at one named point: nothing is flushed, closed or cleaned up. */
export function makeDyingCrashPoints(options: DyingOptions): CrashPoints {
  const [target = "", count = "1"] = options.at.split("#");
  let reached = 0;
  return {
    reach: (name) => {
      if (options.traceFile !== null) appendFileSync(options.traceFile, `${process.pid} ${name}\n`);
      if (name !== target) return;
      reached += 1;
      if (reached === Number(count)) process.kill(process.pid, "SIGKILL");
    },
  };
}
