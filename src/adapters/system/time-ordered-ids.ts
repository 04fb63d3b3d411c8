import { randomInt } from "node:crypto";
import type { Clock } from "../../ports/clock.ts";
import type { IdSource } from "../../ports/id-source.ts";

/** Milliseconds and chance in base 36: `mfz3k2x9a7q1c`, short to type and sorted by age. */
export function makeTimeOrderedIds(clock: Clock): IdSource {
  return {
    next: () => {
      const time = clock.now().getTime().toString(36).padStart(9, "0");
      const chance = randomInt(36 ** 5)
        .toString(36)
        .padStart(5, "0");
      return `${time}${chance}`;
    },
  };
}
