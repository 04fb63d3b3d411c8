import { inCheckout } from "./locate-checkout.ts";
import type { UserCheckoutPlace } from "./locate-checkout.ts";

const usualNames = ["main", "master"] as const;

/** The branch that everybody works from: what the remote said when it was cloned, else the one with a usual name. */
export async function defaultBranchOf(
  place: UserCheckoutPlace,
  { headBranch, remote }: { readonly headBranch: string | null; readonly remote: string | null },
): Promise<string | null> {
  const told = remote === null ? null : await toldBy(place, remote);
  if (told !== null) return told;
  const refs = usualNames.map((name) => `refs/heads/${name}`);
  const args = ["for-each-ref", "--format=%(refname)", ...refs];
  const { stdout } = await inCheckout(place, { action: "list branches", args });
  const found = new Set(stdout.toString().split("\n"));
  const names = usualNames.filter((name) => found.has(`refs/heads/${name}`));
  return names.find((name) => name === headBranch) ?? names[0] ?? null;
}

async function toldBy(place: UserCheckoutPlace, remote: string): Promise<string | null> {
  const prefix = `refs/remotes/${remote}/`;
  const args = ["symbolic-ref", "--quiet", `${prefix}HEAD`];
  const call = { action: "read the remote's HEAD", args, answers: [0, 1, 128] };
  const name = (await inCheckout(place, call)).stdout.toString().trim();
  return name.startsWith(prefix) ? name.slice(prefix.length) : null;
}
