import { join } from "node:path";
import type { Sha } from "../../domain/ids.ts";
import { createRepository, type FixtureFiles, temporaryFolder } from "../../testing/git-fixtures.ts";
import { type GitMirror, openGitMirror } from "./git-mirror.ts";

export const main = "refs/heads/main";

export const signed = {
  message: "feat: built",
  author: { name: "Ada", email: "a@b.c", at: new Date(1_800_000_000_000) },
};

/** A mirror, and the folder of one worktree of it. */
export interface WorktreeLab extends AsyncDisposable {
  readonly folder: string;
  readonly git: GitMirror;
  readonly mirror: string;
  readonly tree: string;
  /** Checks out a commit with these files, and answers it. */
  readonly start: (files: FixtureFiles) => Promise<Sha>;
  readonly commit: (parent: Sha) => Promise<Sha>;
  readonly kindsOf: (sha: Sha) => Promise<Readonly<Record<string, string>>>;
}

export async function openWorktreeLab(): Promise<WorktreeLab> {
  const { path: folder, [Symbol.dispose]: remove } = temporaryFolder();
  const mirror = join(folder, "mirror");
  const tree = join(folder, "trees", "one");
  const git = await openGitMirror({
    mirrorFolder: mirror,
    worktreeRoot: join(folder, "trees"),
    env: { PATH: process.env["PATH"] ?? "" },
  });
  return {
    folder,
    git,
    mirror,
    tree,
    start: async (files) => {
      const source = createRepository(join(folder, "source"), { files });
      await git.fetch(source.folder, [[main, main]]);
      const head = source.head();
      await git.addWorktree(tree, head);
      return head;
    },
    commit: async (parent) => {
      const made = await git.commitWorktree(tree, { parent, ...signed });
      if (made === null) throw new Error("Nothing differed.");
      return made;
    },
    kindsOf: async (sha) =>
      Object.fromEntries((await git.listFiles(sha)).map(({ path, kind }) => [path, kind])),
    [Symbol.asyncDispose]: async () => {
      await git.close();
      remove();
    },
  };
}
