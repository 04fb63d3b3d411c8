import type { GateFile } from "../../domain/gate.ts";
import type { Submission } from "../../domain/submission.ts";
import type { ChangedFile, Git } from "../../ports/git.ts";

/** The files of a submission as the gate judges them, computed from the commits and never from a claim. */
export async function readGateFiles(git: Git, submission: Submission): Promise<readonly GateFile[]> {
  const changed = await git.changedFiles(submission.baseSha, submission.headSha);
  return Promise.all(changed.map((file) => toGateFile(git, submission, file)));
}

async function toGateFile(git: Git, submission: Submission, file: ChangedFile): Promise<GateFile> {
  const isText = file.kindAfter === "file" || file.kindAfter === "executable";
  const content = isText ? await git.readFile(submission.headSha, file.path) : null;
  const isBinary = file.linesAdded === null;
  return {
    path: file.path,
    change: file.change,
    kind: file.kindAfter,
    text: content === null || isBinary ? null : content.toString("utf8"),
    bytes: content?.length ?? 0,
  };
}
