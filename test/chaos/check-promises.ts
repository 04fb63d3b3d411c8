import type { Observed } from "./observe.ts";
import { batchPromises } from "./promises/batches.ts";
import { buildPromises } from "./promises/builds.ts";
import { eventPromises } from "./promises/events.ts";
import { landingPromises } from "./promises/landings.ts";
import { leftoverPromises } from "./promises/leftovers.ts";
import { messagePromises } from "./promises/messages.ts";

/** What must be true of a world besides what it shows itself. */
export interface Expected {
  /** Commits that people made on the base branch. */
  readonly people: readonly string[];
  /** What the run of a goal must have brought to the base branch, on top of what was there: path → content. */
  readonly brought: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** How often one task may be tried in one round. */
  readonly attemptCap: number;
}

/** Each promise answers in words what breaks it. */
export type Promises = Readonly<
  Record<string, (observed: Observed, expected: Expected) => readonly string[]>
>;

export interface BrokenPromise {
  readonly promise: string;
  readonly what: string;
}

const promises: Promises = {
  ...batchPromises,
  ...buildPromises,
  ...eventPromises,
  ...landingPromises,
  ...leftoverPromises,
  ...messagePromises,
};

/** Reads nothing but the observations, and trusts none of our own tables but the event log. */
export function checkPromises(observed: Observed, expected: Expected): readonly BrokenPromise[] {
  return Object.entries(promises).flatMap(([promise, check]) =>
    check(observed, expected).map((what) => ({ promise, what })),
  );
}
