import type { SandboxJob, SandboxLimits } from "../../ports/sandbox.ts";
import { insidePaths, systemArguments, type Mount } from "./sandbox-mounts.ts";

/** File descriptors that bubblewrap and the script inside it inherit. */
export const descriptors = { seccomp: 3, status: 4, ready: 5 } as const;

/** The walls of the judge profile, as arguments of bubblewrap. */
export function sandboxArguments(job: SandboxJob, mounts: readonly Mount[]): readonly string[] {
  const command = job.command.map((argument) => argument.replaceAll("{report}", insidePaths.report));
  return [
    ...namespaceOptions.split(" "),
    ...environmentArguments({ ...standardEnvironment, ...job.env }),
    ...systemArguments(),
    ..."--proc /proc --dev /dev".split(" "),
    ...scratchArguments(job.limits.diskBytes),
    ...mounts.flatMap(mountArguments),
    // What bubblewrap made to hold the mounts is a file system without a size limit: nothing may be written there.
    ..."--remount-ro /dev --remount-ro /".split(" "),
    ...`--chdir ${insidePaths.tree} --seccomp ${descriptors.seccomp} --json-status-fd ${descriptors.status}`.split(
      " ",
    ),
    ...["--", "/bin/sh", "-c", startScript, "sh", "prlimit"].concat(
      limitArguments(job.limits),
      "--",
      command,
    ),
  ];
}

const namespaceOptions =
  "--unshare-user --unshare-pid --unshare-net --unshare-ipc --unshare-uts --unshare-cgroup-try --disable-userns " +
  "--die-with-parent --new-session --cap-drop ALL --uid 1000 --gid 1000 --hostname sandbox --clearenv";

const standardEnvironment = {
  PATH: "/opt/node/bin:/usr/bin:/bin",
  HOME: "/home",
  TMPDIR: "/tmp",
  LC_ALL: "C.UTF-8",
  TZ: "UTC",
  CI: "true",
};

/**
 * The tree arrives on standard input as an archive. The word on `ready` is how the host knows that everything before the
 * command went well: without it, nothing that comes out is a result.
 */
const startScript = `set -e
tar --extract --preserve-permissions --warning=no-timestamp --directory=${insidePaths.tree}
exec </dev/null 2>&1
echo ready >&${descriptors.ready}
exec ${descriptors.ready}>&-
exec "$@"`;

function environmentArguments(env: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(env).flatMap(([name, value]) => ["--setenv", name, value]);
}

/** The places where a job may write. They are in memory and sized, so a full disk is the job's own trouble. */
function scratchArguments(diskBytes: number): readonly string[] {
  const places = [
    [insidePaths.tree, diskBytes],
    ["/tmp", diskBytes / 2],
    ["/home", diskBytes / 4],
    ["/dev/shm", diskBytes / 4],
  ] as const;
  return places.flatMap(([path, bytes]) => ["--size", String(Math.ceil(bytes)), "--tmpfs", path]);
}

function mountArguments(mount: Mount): readonly string[] {
  if (mount.kind !== "packages") {
    return [mount.isWritable ? "--bind" : "--ro-bind", mount.source, mount.target];
  }
  return mount.entries.flatMap(({ name, link }) => {
    const target = `${mount.target}/${name}`;
    return link === null ? ["--ro-bind", `${mount.source}/${name}`, target] : ["--symlink", link, target];
  });
}

/** An empty Node has more than half a gigabyte of address space for data; the watchdog sees to what is really used. */
const smallestDataBytes = 1024 ** 3;

/** Set inside the sandbox: outside, the number of processes would include the user's own. */
function limitArguments(limits: SandboxLimits): readonly string[] {
  return [
    `--nproc=${limits.processes}`,
    `--data=${Math.max(limits.memoryBytes, smallestDataBytes)}`,
    `--fsize=${limits.diskBytes}`,
    `--cpu=${limits.cpuSeconds}`,
    "--nofile=1024",
    "--core=0",
    "--memlock=65536",
    "--msgqueue=0",
  ];
}
