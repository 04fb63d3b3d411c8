import type { Mount } from "./sandbox-mounts.ts";
import { descriptors } from "./sandbox-profile.ts";

export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
}

/** An ordinary user starts bubblewrap directly. */
export function launchDirectly(bwrap: readonly string[]): Launch {
  return { file: "bash", args: ["--norc", "-c", closeScript + pipeScript, "bash", ...bwrap] };
}

/**
 * Root's way into the sandbox: in a mount namespace of its own, everything the sandbox shall see is bound under /mnt, where
 * a user without rights can reach it even if it lies in root's closed home; then root becomes that user for good.
 */
export function launchAsUser(user: number, bwrap: readonly string[], mounts: readonly Mount[]): Launch {
  const binds = mounts.flatMap((mount, index) => [mount.source, stagedPath(index)]);
  const rights = "--clear-groups --no-new-privs --inh-caps=-all --ambient-caps=-all";
  const drop = `setpriv --pdeathsig KILL --reuid ${user} --regid ${user} ${rights} --`.split(" ");
  const enter = "--pdeathsig KILL -- unshare --mount --propagation private -- bash --norc -c".split(" ");
  const begin = ["bash", "--norc", "-c", pipeScript, "bash"];
  return {
    file: "setpriv",
    args: enter.concat(closeScript + stageScript, "bash", binds, "--", drop, begin, bwrap),
  };
}

/** The same mounts, taken from where root has put them. */
export function stagedMounts(mounts: readonly Mount[]): readonly Mount[] {
  return mounts.map((mount, index) => ({ ...mount, source: stagedPath(index) }));
}

function stagedPath(index: number): string {
  return `/mnt/${index}`;
}

/**
 * `--norc`: a bash whose input is a socket believes that it was called over the network and reads somebody's ~/.bashrc.
 *
 * Whatever our process inherited open would be open inside as well, and in reach of everything through /proc/1/fd.
 */
const closeScript = `set -e
for path in /proc/self/fd/*; do
  descriptor=\${path##*/}
  if [ "$descriptor" -gt ${Math.max(...Object.values(descriptors))} ]; then eval "exec $descriptor>&-"; fi
done
`;

const stageScript = `mount -t tmpfs -o mode=0755,size=64k stage /mnt
while [ "$1" != -- ]; do
  if [ -d "$1" ]; then mkdir "$2"; else : >"$2"; fi
  mount --bind "$1" "$2"
  shift 2
done
shift
exec "$@"`;

/**
 * Node's pipes are sockets, which nobody can open a second time: without a true pipe in between, `echo >/dev/stderr` would
 * fail. It is made by the user whom the job runs as, because only its maker may open it.
 */
const pipeScript = `exec > >(exec cat)
exec "$@"`;
