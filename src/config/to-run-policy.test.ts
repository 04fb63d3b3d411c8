import { expect, test } from "vitest";
import { parseConfig } from "./parse-config.ts";
import { toRunPolicy } from "./to-run-policy.ts";

const defaults = parseConfig("{}", "aas.config.jsonc").config;

test("the defaults ask before they land and stop at ten dollars", () => {
  expect(toRunPolicy(defaults)).toEqual({
    mergeAuto: false,
    requireApproval: true,
    delivery: "run",
    taskPrefix: "AAS",
    maxAttempts: 3,
    parallelTasks: 2,
    runTimeoutMs: 86_400_000,
    budgetLimitMicroUsd: 10_000_000,
    budgetWarnMicroUsd: 5_000_000,
    budgetPerRunTokens: null,
    budgetPerDayMicroUsd: null,
    budgetWarnPerDayMicroUsd: null,
    budgetPerProjectMicroUsd: null,
    budgetWarnPerProjectMicroUsd: null,
    analysisEnabled: true,
    batchEnabled: true,
    batchChunkSize: 20,
    batchPollMs: 300_000,
    batchLimitMs: 86_400_000,
    holdAfterWait: false,
    minScore: 0.8,
    requireTests: false,
    requireTypeChecks: true,
    allowRedBase: false,
    maxChangedFiles: 50,
    maxFileBytes: 1_000_000,
    protectedPaths: [],
    checks: [],
    notifyOnCompletion: true,
    notifyOnFailure: true,
    updateCheckout: false,
  });
});

test("every setting of a run reaches its policy", () => {
  const text = `{
    "merge": {"auto": true}, "approvals": {"merge": false}, "delivery": "task", "board": {"prefix": "ACME"},
    "limits": {"attempts": 5, "parallelTasks": 4, "runTimeout": "90m"},
    "budget": {"perRunUsd": 0.25, "warnUsd": null, "perRunTokens": 900000, "perDayUsd": 7, "warnPerDayUsd": 6,
               "perProjectUsd": 100, "warnPerProjectUsd": 80},
    "batch": {"enabled": false, "chunkSize": 3, "pollInterval": "10s", "limit": "2h"},
    "gates": {"minScore": 1, "requireTests": true, "requireTypeChecks": false, "allowRedBase": true,
              "maxChangedFiles": 4, "maxFileBytes": 99, "protectedPaths": ["src/auth/"]},
    "checks": [{"name": "unit", "kind": "tests", "gate": "should", "command": ["t", "{report}"], "report": "junit", "timeout": "30s"}],
    "notify": {"onCompletion": false, "onFailure": false}, "landing": {"updateCheckout": true}
  }`;

  expect(toRunPolicy(parseConfig(text, "aas.config.jsonc").config)).toEqual({
    mergeAuto: true,
    requireApproval: false,
    delivery: "task",
    taskPrefix: "ACME",
    maxAttempts: 5,
    parallelTasks: 4,
    runTimeoutMs: 5_400_000,
    budgetLimitMicroUsd: 250_000,
    budgetWarnMicroUsd: null,
    budgetPerRunTokens: 900_000,
    budgetPerDayMicroUsd: 7_000_000,
    budgetWarnPerDayMicroUsd: 6_000_000,
    budgetPerProjectMicroUsd: 100_000_000,
    budgetWarnPerProjectMicroUsd: 80_000_000,
    analysisEnabled: true,
    batchEnabled: false,
    batchChunkSize: 3,
    batchPollMs: 10_000,
    batchLimitMs: 7_200_000,
    holdAfterWait: false,
    minScore: 1,
    requireTests: true,
    requireTypeChecks: false,
    allowRedBase: true,
    maxChangedFiles: 4,
    maxFileBytes: 99,
    protectedPaths: ["src/auth/"],
    checks: [
      {
        name: "unit",
        kind: "tests",
        gate: "should",
        command: ["t", "{report}"],
        report: "junit",
        timeoutMs: 30_000,
      },
    ],
    notifyOnCompletion: false,
    notifyOnFailure: false,
    updateCheckout: true,
  });
});

test("who starts a run may lower its budget, say yes beforehand and leave out batches", () => {
  expect(toRunPolicy(defaults, { budgetUsd: 0.5, yes: true, noBatch: true })).toEqual({
    ...toRunPolicy(defaults),
    budgetLimitMicroUsd: 500_000,
    mergeAuto: true,
    requireApproval: false,
    analysisEnabled: true,
    batchEnabled: false,
  });
});

test("overrides that say no change nothing", () => {
  expect(toRunPolicy(defaults, { yes: false, noBatch: false })).toEqual(toRunPolicy(defaults));
});
