import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AasError } from "../../domain/errors.ts";
import { packageRoot } from "../package-root.ts";
import { keepStateIn } from "../project/project-home.ts";

/** The title of its one commit. */
export const sampleTitle = "A very small list of todos";

/** Makes the sample repository of the demo, as its owner would: files, `git init`, one commit. */
export function makeSampleRepository(folder: string): string {
  const root = join(folder, "todo");
  mkdirSync(root, { recursive: true });
  // The private database may run as another user, who must be able to pass.
  chmodSync(folder, 0o755);
  cpSync(join(packageRoot(), "demo", "repository"), root, { recursive: true });
  git(root, "init", "--quiet", "--initial-branch=main");
  git(root, "add", "--all");
  git(
    root,
    "-c",
    "user.name=Demo",
    "-c",
    "user.email=demo@localhost",
    "commit",
    "--quiet",
    "-m",
    sampleTitle,
  );
  addReplies(root);
  keepStateIn(root, join(folder, "state"));
  return root;
}

/** The replies lie beside the code and are no part of it. */
function addReplies(root: string): void {
  writeFileSync(join(root, ".git", "info", "exclude"), ".aas/\n");
  mkdirSync(join(root, ".aas"));
  copyFileSync(join(packageRoot(), "demo", "replies.json"), join(root, ".aas", "replies.json"));
}

function git(root: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync("git", args, { cwd: root, encoding: "utf8" });
  if (status !== 0)
    throw new AasError("git_failed", `git ${args[0] ?? ""}: ${stderr}`, { cure: "aas doctor" });
}
