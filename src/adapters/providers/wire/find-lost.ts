import type { FindOutcome } from "../../../ports/batch-provider.ts";
import { type Candidate, chooseLost } from "./choose-lost.ts";
import type { Connection } from "./connection.ts";
import type { Timing } from "./timing.ts";

const looksThatProve = 3;
const never = new AbortController().signal;

/**
 * Whether a lost submit created something. A list may be late, so its silence proves something only after the grace, and
 * only by several looks. All of them are made here, in one go: nothing is remembered that a restart could lose. A look
 * answers null when it cannot say.
 */
export async function findLost(
  { clock, pause }: Pick<Connection, "clock" | "pause">,
  { graceMs, lookSpacingMs }: Timing,
  since: Date,
  look: () => Promise<readonly Candidate[] | null>,
): Promise<FindOutcome> {
  for (let looks = 1; ; looks += 1) {
    const candidates = await look();
    if (candidates === null) return { kind: "unknown" };
    const chosen = chooseLost(candidates);
    if (chosen !== null) return chosen;
    if (clock.now().getTime() - since.getTime() < graceMs) return { kind: "unknown" };
    if (looks === looksThatProve) return { kind: "absent" };
    await pause(lookSpacingMs, never);
  }
}
