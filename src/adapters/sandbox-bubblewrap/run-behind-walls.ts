import { statSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { AasError, messageOf } from "../../domain/errors.ts";
import { diskFull, isOfFullDisk } from "../../domain/full-disk.ts";
import type { SandboxJob, SandboxOutcome } from "../../ports/sandbox.ts";
import type { SandboxArch } from "./denied-syscalls.ts";
import { withJobFolder } from "./job-folder.ts";
import { readReportFile } from "./report-file.ts";
import { cureForRefusal } from "./sandbox-health.ts";
import { launchAsUser, launchDirectly, stagedMounts, type Launch } from "./sandbox-launch.ts";
import { packagesMount, readOnlyMount, type Mount } from "./sandbox-mounts.ts";
import { runSandboxedCommand, type CommandEnd } from "./sandbox-process.ts";
import { sandboxArguments } from "./sandbox-profile.ts";
import { assembleSeccompFilter } from "./seccomp-filter.ts";
import { chooseThrowawayUser } from "./throwaway-user.ts";

export interface Walls {
  readonly bwrapPath: string;
  readonly arch: SandboxArch;
  readonly scratchFolder: string;
  /** What every job sees, beside the system's programs. */
  readonly visible: readonly { readonly source: string; readonly target: string }[];
}

/** Runs a job in the judge profile; whatever keeps the walls from standing makes it `unavailable`, with nothing run. */
export async function runBehindWalls(
  walls: Walls,
  job: SandboxJob,
  signal: AbortSignal,
): Promise<SandboxOutcome> {
  if (signal.aborted) return { kind: "stopped", reason: "aborted", output: "", durationMs: 0 };
  try {
    const treeFolder = await realpath(job.treeFolder);
    const user = chooseUser();
    return await withJobFolder(walls.scratchFolder, user, async (folder) => {
      const packages = packagesMount(treeFolder);
      const mounts = [...visibleMounts(walls), ...folder.mounts, ...(packages === null ? [] : [packages])];
      if (user !== null) mounts.forEach(mustBeOpen);
      const end = await runSandboxedCommand(
        {
          launch: planLaunch(walls, { ...job, treeFolder }, { mounts, user }),
          treeFolder,
          leftOut: packages === null ? [".git"] : [".git", "node_modules"],
          seccompFilter: assembleSeccompFilter(walls.arch),
          limits: job.limits,
        },
        signal,
      );
      return toOutcome(end, await readReportFile(folder.reportPath));
    });
  } catch (error) {
    if (!isSetUpFailure(error)) throw error;
    if (isOfFullDisk(error)) throw diskFull(`No room for a copy of the tree: ${messageOf(error)}`, error);
    return { kind: "unavailable", reason: messageOf(error), cure: cureOf(error) };
  }
}

/** Null: we are an ordinary user already. */
function chooseUser(): number | null {
  if (process.getuid?.() !== 0) return null;
  const user = chooseThrowawayUser();
  if (user !== null) return user;
  throw new AasError("sandbox_unavailable", "this machine has no unused user id that a job could run as", {
    cure: "run as an ordinary user, or map at least 65536 user ids into the container",
  });
}

function visibleMounts(walls: Walls): readonly Mount[] {
  return walls.visible.map(({ source, target }) => {
    const mount = readOnlyMount(source, target);
    if (mount !== null) return mount;
    throw new AasError("sandbox_unavailable", `${source} does not exist`, {
      cure: "correct the path in the sandbox's configuration",
    });
  });
}

/** What only root may read would look to the job like a fault of its own: better no verdict than a wrong one. */
function mustBeOpen(mount: Mount): void {
  const needed = mount.kind === "file" ? 0o004 : 0o005;
  const isOurs = mount.kind !== "packages" && mount.isWritable;
  if (isOurs || (statSync(mount.source).mode & needed) === needed) return;
  throw new AasError(
    "sandbox_unavailable",
    `${mount.source} can be read by root only, and jobs do not run as root`,
    {
      cure: `chmod -R a+rX ${mount.source}`,
    },
  );
}

function planLaunch(
  walls: Walls,
  job: SandboxJob,
  { mounts, user }: { readonly mounts: readonly Mount[]; readonly user: number | null },
): Launch {
  if (user === null) return launchDirectly([walls.bwrapPath, ...sandboxArguments(job, mounts)]);
  return launchAsUser(user, [walls.bwrapPath, ...sandboxArguments(job, stagedMounts(mounts))], mounts);
}

/** The shell's and bubblewrap's way of saying that a command died of a signal, for those a program dies of by itself. */
const deathsBySignal = new Set([4, 5, 6, 7, 8, 9, 11, 15, 24, 25, 31].map((number) => 128 + number));

function toOutcome(end: CommandEnd, report: string | null): SandboxOutcome {
  const { output, durationMs, isOutputTruncated, exitCode } = end;
  if (end.stop !== null) return { kind: "stopped", reason: end.stop, output, durationMs };
  if (!end.wasStarted) return unavailableBecause(end.complaints);
  if (exitCode === null || deathsBySignal.has(exitCode)) {
    return { kind: "stopped", reason: "signal", output, durationMs };
  }
  return { kind: "exited", exitCode, output, isOutputTruncated, report, durationMs };
}

function unavailableBecause(complaints: string): SandboxOutcome {
  if (/No space left on device|Wrote only \d+ of \d+ bytes/u.test(complaints)) {
    const reason = "the tree does not fit into the sandbox's disk";
    return { kind: "unavailable", reason, cure: "raise the disk limit of the sandbox" };
  }
  const told = complaints.split("\n").slice(0, 3).join("; ");
  const reason = told === "" ? "the sandbox ended before the command started" : told;
  return { kind: "unavailable", reason, cure: cureForRefusal() };
}

/** Something of the host was not there or not allowed; anything else is a mistake in this code and shows itself as one. */
function isSetUpFailure(error: unknown): boolean {
  return error instanceof AasError || (error instanceof Error && "syscall" in error);
}

const cureForHost =
  "check that the tree, the sandbox's scratch folder and its toolchain are there and can be read";

function cureOf(error: unknown): string {
  return (error instanceof AasError ? error.cure : null) ?? cureForHost;
}
