/** Names that earlier systems gave to our settings. They still work, each with a warning. */
export const oldNames: ReadonlyMap<string, string> = new Map([
  ["auto_deploy", "merge.auto"],
  ["require_approval", "approvals.merge"],
  ["max_concurrent_pipelines", "limits.concurrentRuns"],
  ["pipeline_timeout", "limits.runTimeout"],
  ["notify_on_completion", "notify.onCompletion"],
  ["notify_on_failure", "notify.onFailure"],
  ["discord_webhook", "notify.discord"],
  ["slack_webhook", "notify.slack"],
  ["require_tests", "gates.requireTests"],
  ["require_type_checks", "gates.requireTypeChecks"],
  ["min_validation_score", "gates.minScore"],
  ["max_cost_per_pipeline", "budget.perRunUsd"],
  ["warn_at_cost", "budget.warnUsd"],
]);
