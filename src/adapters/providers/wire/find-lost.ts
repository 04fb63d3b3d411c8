import type { FindOutcome } from "../../../ports/batch-provider.ts";
import type { Connection } from "./connection.ts";
import type { Timing } from "./timing.ts";

const looksThatProve = 3;
const never = new AbortController().signal;

/**
 * Whether a lost submit created something. A list may be late, so its silence proves something only after the grace, and
 * only by several looks. All of them are made here, in one go: nothing is remembered that a restart could lose.
 */
export async function findLost(
  { clock, pause }: Pick<Connection, "clock" | "pause">,
  { graceMs, lookSpacingMs }: Timing,
  since: Date,
  look: () => Promise<readonly string[] | null>,
): Promise<FindOutcome> {
  for (let looks = 1; ; looks += 1) {
    const refs = await look();
    if (refs === null) return { kind: "unknown" };
    const [ref] = refs;
    if (refs.length > 1) return { kind: "ambiguous", refs };
    if (ref !== undefined) return { kind: "found", ref };
    if (clock.now().getTime() - since.getTime() < graceMs) return { kind: "unknown" };
    if (looks === looksThatProve) return { kind: "absent" };
    await pause(lookSpacingMs, never);
  }
}
