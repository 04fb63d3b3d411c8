import { createHash } from "node:crypto";
import type { CheckDefinition, CheckResult, CheckState } from "../../domain/check.ts";
import { AasError } from "../../domain/errors.ts";
import { makeId, type Sha } from "../../domain/ids.ts";
import { isBroken } from "../../domain/test-report.ts";
import { isGreen, scoreOf, type Validation, verdictOf } from "../../domain/validation.ts";
import type { CheckOutcome, CheckRunner } from "../../ports/check-runner.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Database } from "../../ports/database.ts";
import type { IdSource } from "../../ports/id-source.ts";

export interface JudgingDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly checks: CheckRunner;
}

export interface TreeWithFiles {
  readonly tree: Sha;
  /** Lends a folder with the files of the tree; only asked for when a check really runs. */
  readonly withFiles: <Result>(use: (folder: string) => Promise<Result>) => Promise<Result>;
}

export interface TreeBesideBase extends TreeWithFiles {
  /** What the same checks found, within the same limits, on the tree this one started from; null judges the tree alone. */
  readonly baseline: Validation | null;
  /** Names this asking: what was found red is believed again only by who goes on with it after a crash. */
  readonly series: string;
}

/**
 * What each check says of a tree by itself. A check that passes runs once on a tree: whoever asks again, beside whatever
 * baseline and together with whatever other checks, is answered from the record. One that fails may be a flake: its record
 * counts within one series. What could not say leaves none.
 */
export async function runChecksOnce(
  deps: JudgingDeps,
  subject: TreeBesideBase,
  checks: readonly CheckDefinition[],
  signal: AbortSignal,
): Promise<readonly CheckResult[]> {
  const known = await findRecorded(deps, subject, checks);
  const missing = checks.filter((check) => !known.has(check));
  const ran =
    missing.length === 0
      ? new Map<CheckDefinition, CheckResult>()
      : await subject.withFiles((folder) => runMissing(deps, { ...subject, folder }, missing, signal));
  return checks.flatMap((check) => known.get(check) ?? ran.get(check) ?? []);
}

async function findRecorded(
  deps: JudgingDeps,
  { tree, series }: TreeBesideBase,
  checks: readonly CheckDefinition[],
): Promise<ReadonlyMap<CheckDefinition, CheckResult>> {
  const found = new Map<CheckDefinition, CheckResult>();
  for (const check of checks) {
    for (const scope of [null, series]) {
      const suite = suiteOfOne(check, deps.checks.profile, scope);
      const [result] = (await deps.db.validations.findByTree(tree, suite, null))?.checks ?? [];
      if (result !== undefined) found.set(check, result);
    }
  }
  return found;
}

async function runMissing(
  deps: JudgingDeps,
  { tree, folder, baseline, series }: Omit<TreeBesideBase, "withFiles"> & { readonly folder: string },
  checks: readonly CheckDefinition[],
  signal: AbortSignal,
): Promise<ReadonlyMap<CheckDefinition, CheckResult>> {
  const results = new Map<CheckDefinition, CheckResult>();
  for (const check of checks) {
    const outcome = await deps.checks.run(check, folder, signal);
    const result = toResult(check, outcome, hasRun(baseline, check));
    if (result.state.status !== "errored") await record(deps, { tree, series }, check, result);
    results.set(check, result);
  }
  return results;
}

/** The same limits and the same walls, or it is another check; null: for everybody. */
function suiteOfOne(check: CheckDefinition, profile: string, series: string | null): string {
  const described = JSON.stringify(["one check", check, profile, series]);
  return createHash("sha256").update(described).digest("hex").slice(0, 16);
}

async function record(
  deps: JudgingDeps,
  { tree, series }: Pick<TreeBesideBase, "tree" | "series">,
  check: CheckDefinition,
  result: CheckResult,
): Promise<void> {
  await deps.db.validations.insert({
    id: makeId("val", deps.ids.next()),
    tree,
    suite: suiteOfOne(check, deps.checks.profile, isGreen([result]) ? null : series),
    baseTree: null,
    checks: [result],
    regressions: [],
    score: scoreOf([result]),
    verdict: verdictOf([result], 1),
    createdAt: deps.clock.now(),
  });
}

function hasRun(baseline: Validation | null, { name }: CheckDefinition): boolean {
  const result = baseline?.checks.find((check) => check.name === name);
  return result !== undefined && (result.state.status === "passed" || result.cases.length > 0);
}

function toResult(check: CheckDefinition, outcome: CheckOutcome, hasRunAtBase: boolean): CheckResult {
  const { name, kind, gate, command } = check;
  const shared = { name, kind, gate, command };
  switch (outcome.kind) {
    case "infrastructure":
      throw new AasError("sandbox_unavailable", outcome.reason, {
        cure: outcome.cure,
        retryable: outcome.isTransient,
      });
    case "exhausted": {
      const { reason, output, cure } = outcome;
      if (!hasRunAtBase) throw new AasError("sandbox_unavailable", reason, { cure });
      const blamed = `${reason}, and did not before the change`;
      return { ...shared, state: { status: "failed", reason: blamed }, cases: [], output, durationMs: 0 };
    }
    case "invalid": {
      const { reason, output } = outcome;
      return { ...shared, state: { status: "failed", reason }, cases: [], output, durationMs: 0 };
    }
    case "inconclusive": {
      const { reason, output } = outcome;
      return { ...shared, state: { status: "errored", reason }, cases: [], output, durationMs: 0 };
    }
    case "ran": {
      const { cases, output, durationMs } = outcome;
      return { ...shared, state: stateAlone(outcome), cases, output, durationMs };
    }
  }
}

function stateAlone({ passed, cases }: Extract<CheckOutcome, { kind: "ran" }>): CheckState {
  const broken = cases.filter(isBroken).map((each) => each.id);
  if (broken.length > 0) return { status: "failed", reason: `failing: ${shorten(broken)}` };
  return passed ? { status: "passed" } : { status: "failed", reason: "the command failed" };
}

/** The first of many names. */
export function shorten(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(", ");
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
