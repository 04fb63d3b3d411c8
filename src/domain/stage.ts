export const stages = ["decompose", "batch", "wait", "implement", "validate", "deploy", "notify"] as const;

/** One of the seven fixed positions of a run. */
export type Stage = (typeof stages)[number];

/** What a stage leaves behind. */
export interface StageResult {
  readonly stage: Stage;
  readonly status: "success" | "partial" | "failure";
  readonly output: string;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  readonly metrics: Readonly<Record<string, number>>;
  readonly nextStage: Stage | null;
  readonly finishedAt: Date;
}

export function stageAfter(stage: Stage): Stage | null {
  return stages[stages.indexOf(stage) + 1] ?? null;
}

export function isAfter(stage: Stage, other: Stage): boolean {
  return stages.indexOf(stage) > stages.indexOf(other);
}

/** A result whose `nextStage` follows from the stage and the status. */
export function makeStageResult(
  result: Omit<StageResult, "nextStage" | "errors" | "warnings" | "metrics"> &
    Partial<Pick<StageResult, "errors" | "warnings" | "metrics">>,
): StageResult {
  const nextStage = result.status === "failure" ? null : stageAfter(result.stage);
  return { errors: [], warnings: [], metrics: {}, ...result, nextStage };
}
