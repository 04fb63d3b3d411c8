import type { Promises } from "../check-promises.ts";

/** Dead processes leave nothing behind that stands in the way of the next run. */
export const leftoverPromises: Promises = {
  "no worktree or lock is left behind": ({ leftovers }) => leftovers.map((name) => `${name} is still there`),

  "no staging branch outlives its landing": ({ events, refs }) =>
    events
      .filter((event) => event.type === "integration.landed")
      .filter((event) => refs.includes(`refs/heads/staging/${event.subject}`))
      .map((event) => `refs/heads/staging/${event.subject} is still there`),
};
