import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { SandboxCheckRunner } from "../../adapters/checks-command/sandbox-check-runner.ts";
import { toRunPolicy } from "../../config/to-run-policy.ts";
import type { CheckDefinition } from "../../domain/check.ts";
import { explainMissingModule } from "../../domain/missing-module.ts";
import { isBroken } from "../../domain/test-report.ts";
import type { CheckOutcome } from "../../ports/check-runner.ts";
import type { Git } from "../../ports/git.ts";
import { defaultSandboxLimits, type Sandbox } from "../../ports/sandbox.ts";
import { type BaseConfig, configFileName } from "../settings/read-base-config.ts";
import { type Diagnosis, fail, ok, warn } from "./diagnosis.ts";

export interface ChecksDeps {
  readonly git: Git;
  readonly sandbox: Sandbox;
  /** A folder for files of ours that goes away afterwards. */
  readonly temporaryFolder: string;
}

/** Whether every configured command can be started where it will run: inside the sandbox. */
export async function examineChecks(deps: ChecksDeps, base: BaseConfig): Promise<Diagnosis> {
  const { checks } = base.config;
  if (!checks.some((check) => check.gate === "must")) {
    const cure = `Add checks to ${configFileName}, or give every task an acceptance command.`;
    return warn("checks", "none that must pass: only acceptance commands would prove anything", cure);
  }
  const missing = await findMissingPrograms(deps, base);
  const names = checks.map((check) => check.name).join(", ");
  if (missing === null) return warn("checks", `${names} (not tried: no sandbox)`, "Mend the sandbox first.");
  if (missing.length === 0) return ok("checks", names);
  const cure = `Install it under /usr, or change the command in ${configFileName}.`;
  return fail("checks", `not found in the sandbox: ${missing.join(", ")}`, cure);
}

const lookScript = 'for program in "$@"; do command -v "$program" >/dev/null || echo "$program"; done';

function isOfTree(program: string): boolean {
  return program.includes("/") && !program.startsWith("/");
}

async function findMissingPrograms(
  { git, sandbox, temporaryFolder }: ChecksDeps,
  base: BaseConfig,
): Promise<readonly string[] | null> {
  const programs = [...new Set(base.config.checks.map((check) => check.command[0] ?? ""))];
  const files = programs.some(isOfTree) ? (await git.listFiles(base.baseSha)).map((file) => file.path) : [];
  const absent = programs.filter(
    (each) => isOfTree(each) && !files.includes(each.replace(/^(?:\.\/)+/u, "")),
  );
  const treeFolder = join(temporaryFolder, "empty");
  mkdirSync(treeFolder, { recursive: true });
  const outside = programs.filter((each) => !isOfTree(each));
  const command = ["/bin/sh", "-c", lookScript, "sh", ...outside];
  const limits = { ...defaultSandboxLimits, wallMs: 20_000 };
  const outcome = await sandbox.run({ treeFolder, command, env: {}, limits }, new AbortController().signal);
  if (outcome.kind !== "exited") return null;
  return [...absent, ...outcome.output.split("\n").filter((line) => outside.includes(line))];
}

/** Runs every check on the base branch as a run would, one diagnosis each. Nothing of it is stored. */
export async function runChecks(
  deps: ChecksDeps,
  base: BaseConfig,
  signal: AbortSignal,
): Promise<readonly Diagnosis[]> {
  const { git, sandbox } = deps;
  const runner = new SandboxCheckRunner({ sandbox, walls: "doctor" });
  return git.withCheckout(base.baseSha, async (folder) => {
    const diagnoses: Diagnosis[] = [];
    for (const check of toRunPolicy(base.config).checks) {
      diagnoses.push(judgeOutcome(check, await runner.run(check, folder, signal)));
    }
    return diagnoses;
  });
}

const namesShown = 10;

/** Every run would fail on what fails here already. */
export function judgeOutcome(check: CheckDefinition, outcome: CheckOutcome): Diagnosis {
  const id = `check:${check.name}`;
  const command = `\`${check.command.join(" ")}\``;
  switch (outcome.kind) {
    case "infrastructure":
    case "exhausted":
      return fail(id, outcome.reason, outcome.cure);
    case "invalid":
    case "inconclusive":
      return fail(id, `${command}: ${outcome.reason}\n${lastLines(outcome.output)}`.trimEnd(), mendBase);
    case "ran": {
      const broken = outcome.cases.filter(isBroken);
      if (outcome.passed && broken.length === 0)
        return ok(id, `${command} passes, ${countOf(outcome.cases.length)}`);
      const names = broken.slice(0, namesShown).map((each) => each.id);
      const more = broken.length > namesShown ? [`and ${broken.length - namesShown} more`] : [];
      const detail = [
        `${command} fails (${broken.length} of ${outcome.cases.length})`,
        ...names,
        ...more,
        ...(outcome.output.trim() === "" ? [] : [lastLines(outcome.output)]),
      ].join("\n");
      const cure = explainMissingModule(outcome.output) ?? mendBase;
      return check.gate === "must" ? fail(id, detail, cure) : warn(id, detail, cure);
    }
  }
}

const mendBase = "Mend the base branch first, or set gates.allowRedBase to start all the same.";

function countOf(tests: number): string {
  return tests === 1 ? "1 test" : `${tests} tests`;
}

function lastLines(output: string): string {
  return output.trimEnd().split("\n").slice(-5).join("\n");
}
