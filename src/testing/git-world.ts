import { join } from "node:path";
import { type Sha, toSha } from "../domain/ids.ts";
import type { Git } from "../ports/git.ts";
import { createRepository, type FixtureRepository, temporaryFolder } from "./git-fixtures.ts";

export interface GitPlace {
  readonly mirrorFolder: string;
  readonly worktreeRoot: string;
}

/** A `Git` that has fetched a repository with one commit. */
export interface GitWorld extends AsyncDisposable {
  readonly git: Git;
  readonly source: FixtureRepository;
  readonly first: Sha;
  commitOn(parent: Sha, files: Readonly<Record<string, string | null>>, message?: string): Promise<Sha>;
}

export const author = { name: "Ada", email: "ada@example.com", at: new Date("2026-02-03T04:05:06Z") };
export const main = "refs/heads/main";
export const unknown = toSha("1234567890123456789012345678901234567890");

export async function openGitWorld(
  open: (place: GitPlace) => Promise<Git & AsyncDisposable>,
): Promise<GitWorld> {
  const folder = temporaryFolder();
  const git = await open({
    mirrorFolder: join(folder.path, "mirror"),
    worktreeRoot: join(folder.path, "trees"),
  });
  const source = createRepository(join(folder.path, "source"), {
    files: { "a.txt": "1\n2\n3\n", "lib/b.txt": "b\n", "run.sh": { executable: "#!/bin/sh\n" } },
  });
  await git.fetch(source.folder, [[main, main]]);
  return {
    git,
    source,
    first: source.head(),
    commitOn: async (parent, files, message = "feat: x") => {
      const contents = new Map(
        Object.entries(files).map(([path, text]) => [path, text === null ? null : Buffer.from(text)]),
      );
      const tree = await git.writeTree(parent, contents);
      return git.createCommit({ tree, parents: [parent], message, author });
    },
    [Symbol.asyncDispose]: async () => {
      await git[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}
