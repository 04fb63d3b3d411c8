import { fileURLToPath } from "node:url";
import { isBroken, type TestCase } from "../../domain/test-report.ts";
import type { CheckCommand, CheckOutcome, CheckRunner } from "../../ports/check-runner.ts";
import {
  defaultSandboxLimits,
  type Sandbox,
  type SandboxLimits,
  type SandboxOutcome,
} from "../../ports/sandbox.ts";
import { parseJunitReport } from "./junit-report.ts";
import { normaliseFailure } from "./normalise-failure.ts";

/** Programs that checks may call; a sandbox shows this folder under /opt/aas. */
export const checkToolFolder = fileURLToPath(new URL("tools/", import.meta.url));

export interface SandboxCheckRunnerOptions {
  readonly sandbox: Sandbox;
  /** Name and version of the sandbox and of the toolchain inside it. */
  readonly walls: string;
  readonly limits?: Omit<SandboxLimits, "wallMs">;
}

/** Raised when reports or failures are read differently than before: results of then and now are not comparable. */
const readingVersion = 2;

/** Runs checks in a sandbox and believes neither the report nor the exit status alone. */
export class SandboxCheckRunner implements CheckRunner {
  readonly profile: string;
  readonly #sandbox: Sandbox;
  readonly #limits: Omit<SandboxLimits, "wallMs">;

  constructor({ sandbox, walls, limits = defaultSandboxLimits }: SandboxCheckRunnerOptions) {
    const { cpuSeconds, memoryBytes, processes, diskBytes, outputBytes } = limits;
    this.#sandbox = sandbox;
    this.#limits = { cpuSeconds, memoryBytes, processes, diskBytes, outputBytes };
    this.profile = JSON.stringify([walls, this.#limits, readingVersion]);
  }

  async run(check: CheckCommand, treeFolder: string, signal: AbortSignal): Promise<CheckOutcome> {
    const limits = { ...this.#limits, wallMs: check.timeoutMs };
    const outcome = await this.#sandbox.run({ treeFolder, command: check.command, env: {}, limits }, signal);
    switch (outcome.kind) {
      case "unavailable":
        return { kind: "infrastructure", reason: outcome.reason, cure: outcome.cure, isTransient: false };
      case "stopped":
        return judgeStopped(check, outcome);
      case "exited":
        return judgeExited(check, outcome);
    }
  }
}

type Stopped = Extract<SandboxOutcome, { readonly kind: "stopped" }>;
type Exited = Extract<SandboxOutcome, { readonly kind: "exited" }>;

function judgeStopped(check: CheckCommand, { reason, output }: Stopped): CheckOutcome {
  switch (reason) {
    case "aborted":
      return {
        kind: "infrastructure",
        reason: `${check.name} was canceled`,
        cure: "run the check again",
        isTransient: true,
      };
    case "memory":
      return {
        kind: "exhausted",
        reason: `${check.name} ran out of memory`,
        output,
        cure: "raise the memory limit of the sandbox, or run fewer tests at once",
      };
    case "wall_time":
      return { kind: "inconclusive", reason: `timed out after ${check.timeoutMs} ms`, output };
    case "signal":
      return { kind: "inconclusive", reason: "the command died of a signal", output };
  }
}

/** What a shell and the limiter say when the program is not there or is not a program. */
const neverStarted = new Set([126, 127]);

function judgeExited(check: CheckCommand, exited: Exited): CheckOutcome {
  const output = exited.isOutputTruncated
    ? `${exited.output}\n(further output was dropped)\n`
    : exited.output;
  if (neverStarted.has(exited.exitCode)) {
    return {
      kind: "inconclusive",
      reason: `the command could not be started: ${check.command.join(" ")}`,
      output,
    };
  }
  const { exitCode, durationMs } = exited;
  if (check.report === "exit_code") {
    return { kind: "ran", passed: exitCode === 0, cases: [caseOf(check, exited)], output, durationMs };
  }
  const judged = judgeReport(exited);
  if ("reason" in judged) return { kind: isSilent(exited) ? "inconclusive" : "invalid", ...judged, output };
  return { kind: "ran", passed: exitCode === 0, cases: judged.cases, output, durationMs };
}

function caseOf(check: CheckCommand, { exitCode, output }: Exited): TestCase {
  if (exitCode === 0) return { id: check.name, outcome: "passed", message: null };
  const message = normaliseFailure(output);
  return { id: check.name, outcome: "failed", message: message === "" ? `exit status ${exitCode}` : message };
}

/** A run that says it went well and shows nothing for it may never have been where it should. */
function isSilent({ report, exitCode }: Exited): boolean {
  return report === null && exitCode === 0;
}

type JudgedReport = { readonly cases: readonly TestCase[] } | { readonly reason: string };

/** A report is believed only if tests ran and the exit status says the same as they do. */
function judgeReport({ report, exitCode }: Exited): JudgedReport {
  if (report === null) return { reason: `no report was written (exit status ${exitCode})` };
  const parsed = parseJunitReport(report);
  if (parsed.kind === "invalid") return { reason: parsed.reason };
  const { cases } = parsed.report;
  if (!cases.some(({ outcome }) => outcome !== "skipped")) return { reason: "no test ran" };
  const broken = cases.filter(isBroken).length;
  if (exitCode !== 0 && broken === 0) {
    return { reason: `the command ended with exit status ${exitCode}, but no test in its report failed` };
  }
  if (exitCode === 0 && broken > 0) {
    return { reason: `the command ended with success, but ${broken} tests in its report failed` };
  }
  return { cases };
}
