import type { Clock } from "../../ports/clock.ts";
import type { LogFields, Logger } from "../../ports/logger.ts";

/** Something that may fail again and again: the static message of its failure, and what it is about. */
export interface TroubleSpot {
  readonly message: string;
  readonly about: LogFields;
}

interface Trouble {
  readonly since: number;
  readonly times: number;
  readonly toldAt: number;
  readonly silentMs: number;
}

const firstSilenceMs = 60_000;
const longestSilenceMs = 60 * 60_000;

/**
 * Tells a trouble when it begins and when it is over, and while it lasts at distances that grow: what is tried five times
 * a second must not fill a disk in one night.
 */
export class Troubles {
  readonly #deps: { readonly log: Logger; readonly clock: Clock };
  readonly #standing = new Map<string, Trouble>();

  constructor(deps: { readonly log: Logger; readonly clock: Clock }) {
    this.#deps = deps;
  }

  failed(spot: TroubleSpot, error: string): void {
    const now = this.#deps.clock.now().getTime();
    const before = this.#standing.get(keyOf(spot));
    const isSilent = before !== undefined && now - before.toldAt < before.silentMs;
    const trouble = nextTrouble(before, now);
    this.#standing.set(keyOf(spot), isSilent ? { ...before, times: trouble.times } : trouble);
    if (isSilent) return;
    const { times } = trouble;
    this.#deps.log.warn({ ...spot.about, ...(times > 1 ? { times } : {}), error }, spot.message);
  }

  wentWell(spot: TroubleSpot): void {
    const trouble = this.#standing.get(keyOf(spot));
    if (trouble === undefined) return;
    this.#standing.delete(keyOf(spot));
    const lastedMs = this.#deps.clock.now().getTime() - trouble.since;
    const fields = { ...spot.about, after: spot.message, times: trouble.times, lastedMs };
    this.#deps.log.info(fields, "it goes well again");
  }
}

function keyOf({ message, about }: TroubleSpot): string {
  return JSON.stringify([message, about]);
}

function nextTrouble(before: Trouble | undefined, now: number): Trouble {
  if (before === undefined) return { since: now, times: 1, toldAt: now, silentMs: firstSilenceMs };
  const silentMs = Math.min(before.silentMs * 2, longestSilenceMs);
  return { ...before, times: before.times + 1, toldAt: now, silentMs };
}
