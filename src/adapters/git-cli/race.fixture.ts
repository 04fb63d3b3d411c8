import { AasError } from "../../domain/errors.ts";
import type { Sha } from "../../domain/ids.ts";
import { openGitMirror } from "./git-mirror.ts";

/** A process that moves `main` when its parent says so: `race.fixture.ts mirror worktrees name`. */
const [mirrorFolder = "", worktreeRoot = "", name = ""] = process.argv.slice(2);
const git = await openGitMirror({ mirrorFolder, worktreeRoot, env: { PATH: process.env["PATH"] ?? "" } });
const ref = "refs/heads/main";

process.on("message", (message: { readonly expected: Sha; readonly round: number }) => {
  void race(message.expected, message.round);
});
process.on("disconnect", () => void git.close());
process.send?.("ready");

async function race(expected: Sha, round: number): Promise<void> {
  const author = { name, email: "racer@example.com", at: new Date(round * 1000) };
  const tree = await git.treeOf(expected);
  const next = await git.createCommit({ tree, parents: [expected], message: `${round}`, author });
  const won = await git.updateRef(ref, { expected, next });
  if (process.send === undefined) throw new AasError("internal", "Nobody started this race.");
  process.send({ won, next });
}
