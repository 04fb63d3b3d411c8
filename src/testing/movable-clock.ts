import type { Clock } from "../ports/clock.ts";

/** A clock that a test may put forward. */
export interface MovableClock extends Clock {
  putForward(milliseconds: number): void;
}

export function movableClock(): MovableClock {
  let ahead = 0;
  return {
    now: () => new Date(Date.now() + ahead),
    putForward: (milliseconds) => {
      ahead += milliseconds;
    },
  };
}
