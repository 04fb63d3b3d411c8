import { AasError } from "../../domain/errors.ts";
import { toSha } from "../../domain/ids.ts";
import type { Sha } from "../../domain/ids.ts";
import { inCheckout } from "./locate-checkout.ts";
import type { UserCheckoutPlace } from "./locate-checkout.ts";

/** Where a user's checkout is: its branch, its commit, what in it differs from that. */
export async function headBranchOf(place: UserCheckoutPlace): Promise<string | null> {
  const args = ["symbolic-ref", "--quiet", "HEAD"];
  const { stdout } = await inCheckout(place, { action: "read HEAD", args, answers: [0, 1] });
  const ref = stdout.toString().trim();
  return ref.startsWith("refs/heads/") ? ref.slice("refs/heads/".length) : null;
}

export async function headShaOf(place: UserCheckoutPlace): Promise<Sha | null> {
  const args = ["rev-parse", "--quiet", "--verify", "HEAD^{commit}"];
  const { stdout } = await inCheckout(place, { action: "read HEAD", args, answers: [0, 1] });
  const name = stdout.toString().trim();
  if (name.length === 64) {
    const cure = "Convert it to SHA-1, the format that forges speak.";
    throw new AasError("repository_invalid", `${place.root} names its objects by SHA-256.`, { cure });
  }
  return name === "" ? null : toSha(name);
}

/** Tracked files that differ from HEAD. Filters and submodules are not asked. */
export async function dirtyFiles(place: UserCheckoutPlace): Promise<readonly string[]> {
  const args = [
    "status",
    "--porcelain",
    "-z",
    "--untracked-files=no",
    "--ignore-submodules=all",
    "--no-renames",
  ];
  const { stdout } = await inCheckout(place, { action: "compare the checkout with HEAD", args });
  return stdout
    .toString()
    .split("\0")
    .slice(0, -1)
    .map((line) => line.slice(3));
}
