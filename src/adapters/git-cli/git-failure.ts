import { AasError } from "../../domain/errors.ts";
import { diskFull } from "../../domain/full-disk.ts";

/** What git says, in one line, without what it repeats. */
function firstComplaint(stderr: string): string {
  const lines = stderr.split("\n").map((line) => line.trim());
  return (
    lines.find((line) => /^(?:fatal|error|remote error):/u.test(line)) ??
    lines.find((line) => line !== "") ??
    ""
  );
}

/** The surprise that git stopped with this text; some texts have a better name and a cure. */
export function gitFailure(action: string, stderr: string, cause?: unknown): AasError {
  const message = `git could not ${action}: ${firstComplaint(stderr) || "it said nothing"}`;
  if (/No space left on device|Disk quota exceeded/u.test(stderr)) return diskFull(message, cause);
  if (/shallow (?:repository|file|update|roots)|reject .*shallow/u.test(stderr)) {
    return new AasError("repository_invalid", message, { cause, cure: "Run `git fetch --unshallow` there." });
  }
  if (/lazy fetching disabled|promisor remote|missing necessary objects/u.test(stderr)) {
    const cure = "Objects are missing there (a partial clone?): run `git fetch --refetch --no-filter` there.";
    return new AasError("repository_invalid", message, { cause, cure });
  }
  if (stderr.includes("does not appear to be a git repository")) {
    return new AasError("repository_invalid", message, {
      cause,
      cure: "Check the address of the repository.",
    });
  }
  if (stderr.includes("refusing to merge unrelated histories")) {
    return new AasError("base_diverged", message, { cause });
  }
  if (/(?:^|\n)fatal: couldn't find remote ref/u.test(stderr))
    return new AasError("not_found", message, { cause });
  if (isOfAbsence(stderr)) {
    const cure = "See that it can be reached (git ls-remote says more), then repeat.";
    return new AasError("remote_unavailable", message, { cause, cure, retryable: true });
  }
  if (isOfDamage(stderr)) return new AasError("git_failed", message, { cause, cure: mendDamage });
  return new AasError("git_failed", message, { cause, retryable: isTransient(stderr) });
}

/** What a disk that was full or lost its power leaves; said of our mirror, or of the repository it was asked about. */
export const mendDamage =
  "aas doctor names what is damaged in the mirror; aas init takes it again from your repository.";

function isOfDamage(stderr: string): boolean {
  return /object file .+ is empty|loose object .+ is corrupt|object corrupt or missing|bad object|unable to (?:read|parse|unpack) (?:tree|commit|object|header|[0-9a-f]{40})|could not (?:parse|read) (?:tree|commit|object)|(?:invalid|bad) sha1 pointer|reference broken|packfile .+ (?:cannot be accessed|does not match index)|file .+\.(?:pack|idx) .*(?:corrupt|too small)/u.test(
    stderr,
  );
}

/** The network is away, or nobody answers there. */
function isOfAbsence(stderr: string): boolean {
  return /Could not resolve host|Connection (?:refused|reset|timed out)|No route to host|Network is unreachable|unable to access|early EOF/u.test(
    stderr,
  );
}

/** Another process holds a lock, or somebody killed it. */
function isTransient(stderr: string): boolean {
  return (
    stderr.trim() === "" || /\.lock': File exists|cannot lock ref|nable to create '[^']*\.lock'/u.test(stderr)
  );
}
