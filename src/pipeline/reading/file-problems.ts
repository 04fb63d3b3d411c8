import type { FileChange, UnboundReason } from "../../domain/plan.ts";

/** What to tell the one who answered, a sentence for each file whose place is not sure. */
export function fileProblems(files: readonly FileChange[]): readonly string[] {
  return files.flatMap(({ said, target }) => {
    if (target.kind === "existing") return [];
    if (target.kind === "unbound") return reasonText(said, target.reason, target.candidates);
    const isBare = !target.path.includes("/") && target.path === said;
    return isBare ? [`${said} is named without a folder: it would stand at the root.`] : [];
  });
}

function reasonText(said: string, reason: UnboundReason, candidates: readonly string[]): readonly string[] {
  const list = candidates.join(", ");
  switch (reason) {
    case "bare_name":
      return [
        `${said} is named without its folder; ${list} is called so. Name the whole path, ./ for the root.`,
      ];
    case "ambiguous":
      return [`${said} may be more than one file${list === "" ? "" : `: ${list}`}. Name the whole path.`];
    case "said_twice":
      return [`${said} is given twice with other content.`];
    case "missing":
      return [`${said} is to be changed or deleted, but it is not there.`];
    case "already_there":
      return [`${said} is to be created, but it is there already.`];
    case "unsafe_path":
      return [`${said} is no path within the repository.`];
    case "example":
      return [];
  }
}
