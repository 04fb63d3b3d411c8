import { join } from "node:path";
import type { Sha } from "../../domain/ids.ts";
import {
  createBareRepository,
  createRepository,
  type FixtureRepository,
  temporaryFolder,
} from "../../testing/git-fixtures.ts";
import { type GitMirror, openGitMirror } from "./git-mirror.ts";

export const main = "refs/heads/main";

const author = { name: "Ada", email: "a@b.c", at: new Date(1_800_000_000_000) };

/** A bare repository with one commit, and a mirror that has fetched it. */
export interface RemoteLab extends AsyncDisposable {
  readonly folder: string;
  readonly git: GitMirror;
  readonly remote: FixtureRepository;
  readonly first: Sha;
  readonly commitOn: (parent: Sha, text: string) => Promise<Sha>;
  /** Every ref of the remote, and where it is. */
  readonly remoteRefs: () => string;
}

export async function openRemoteLab(): Promise<RemoteLab> {
  const { path: folder, [Symbol.dispose]: remove } = temporaryFolder();
  const git = await openGitMirror({
    mirrorFolder: join(folder, "mirror"),
    worktreeRoot: join(folder, "trees"),
    env: { PATH: process.env["PATH"] ?? "" },
  });
  const source = createRepository(join(folder, "source"), { files: { a: "1\n" } });
  const remote = createBareRepository(join(folder, "remote"), source);
  await git.fetch(remote.folder, [[main, "refs/aas/main"]]);
  return {
    folder,
    git,
    remote,
    first: source.head(),
    commitOn: async (parent, text) => {
      const tree = await git.writeTree(parent, new Map([["a", Buffer.from(text)]]));
      return git.createCommit({ tree, parents: [parent], message: text, author });
    },
    remoteRefs: () => remote.git("for-each-ref", "--format=%(refname) %(objectname)"),
    [Symbol.asyncDispose]: async () => {
      await git.close();
      remove();
    },
  };
}
