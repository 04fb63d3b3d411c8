import type { CheckDefinition } from "../../domain/check.ts";
import type { Sha } from "../../domain/ids.ts";
import type { RunPolicy } from "../../domain/run-policy.ts";
import type { Validation } from "../../domain/validation.ts";
import type { Git } from "../../ports/git.ts";
import type { Workspace } from "../../ports/workspace.ts";
import { type JudgingDeps, type TreeToJudge, validateTree } from "./validate-tree.ts";

export interface CommitJudgingDeps extends JudgingDeps {
  readonly git: Git;
  readonly workspace: Workspace;
}

export interface CommitToJudge {
  readonly commit: Sha;
  /** The commit it is compared with; null judges it alone, as a baseline is. */
  readonly base: Sha | null;
  readonly policy: RunPolicy;
  /** Commands that must pass besides those of the policy. */
  readonly acceptance: readonly (readonly string[])[];
}

/** Judges a commit beside the one it started from; both results are looked up before anything runs. */
export async function judgeCommit(
  deps: CommitJudgingDeps,
  subject: CommitToJudge,
  signal: AbortSignal,
): Promise<Validation> {
  const { policy } = subject;
  const baseline =
    subject.base === null || policy.checks.length === 0
      ? null
      : await judgeCommit(deps, { commit: subject.base, base: null, policy, acceptance: [] }, signal);
  const tree = await deps.git.treeOf(subject.commit);
  const checks = [...policy.checks, ...subject.acceptance.map(toCheck)];
  const folder = deps.workspace.folderOfTree(tree, subject.base === null ? "baseline" : "candidate");
  const withFiles = withCheckout(deps.git, folder, subject.commit);
  return validateTree(deps, { tree, withFiles, checks, minScore: policy.minScore, baseline }, signal);
}

export function toCheck(command: readonly string[]): CheckDefinition {
  const name = `acceptance: ${command.join(" ")}`;
  return { name, kind: "acceptance", gate: "must", command, report: "exit_code", timeoutMs: 10 * 60_000 };
}

function withCheckout(git: Git, folder: string, commit: Sha): TreeToJudge["withFiles"] {
  return async (use) => {
    await git.addWorktree(folder, commit);
    try {
      return await use(folder);
    } finally {
      await git.removeWorktree(folder);
    }
  };
}
