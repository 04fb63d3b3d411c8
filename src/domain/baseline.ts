import { type Validation, verdictOf } from "./validation.ts";
import { isBroken, type TestCase } from "./test-report.ts";

/** How the tests of a changed tree stand beside those of the tree it started from. */
export interface Comparison {
  /** Passed at base, and now failed, errored or absent. */
  readonly regressions: readonly string[];
  /** Not at base, or not passing there, and failing now: new tests that fail are failures too. */
  readonly newFailures: readonly string[];
  /** Failing at base and failing still: told, never blamed on the change. */
  readonly preExisting: readonly string[];
  readonly fixed: readonly string[];
  readonly added: readonly string[];
}

export function compareWithBaseline(base: readonly TestCase[], head: readonly TestCase[]): Comparison {
  const before = new Map(base.map((each) => [each.id, each]));
  const after = new Map(head.map((each) => [each.id, each]));
  const failing = head.filter(isBroken);
  const wasFailing = (each: TestCase): boolean => {
    const earlier = before.get(each.id);
    return earlier !== undefined && isBroken(earlier);
  };
  const wasPassing = (each: TestCase): boolean => before.get(each.id)?.outcome === "passed";
  return {
    regressions: idsOf(base.filter((each) => each.outcome === "passed" && isLost(after.get(each.id)))),
    newFailures: idsOf(failing.filter((each) => !wasFailing(each) && !wasPassing(each))),
    preExisting: idsOf(failing.filter(wasFailing)),
    fixed: idsOf(head.filter((each) => each.outcome === "passed" && wasFailing(each))),
    added: idsOf(head.filter((each) => !before.has(each.id))),
  };
}

/** A skipped test is maintained, not lost; an absent one is lost. */
function isLost(now: TestCase | undefined): boolean {
  return now === undefined || isBroken(now);
}

function idsOf(cases: readonly TestCase[]): readonly string[] {
  return cases.map((each) => each.id);
}

/** What the checks of a base say of it: unknown, where nothing failed, and something that had to pass could not say. */
export type BaseVerdict = "green" | "red" | "unknown";

export function judgeBaseline(
  { checks, verdict }: Pick<Validation, "checks" | "verdict">,
  minScore: number,
): BaseVerdict {
  if (verdict === "passed") return "green";
  const said = checks.filter(({ state }) => state.status !== "errored");
  return verdictOf(said, minScore) === "failed" ? "red" : "unknown";
}
