import { readdir } from "node:fs/promises";
import { AasError } from "../../domain/errors.ts";
import type {
  AddRemoteOutcome,
  Checkout,
  CheckoutFacts,
  CheckoutRemote,
  CheckoutState,
} from "../../ports/checkout.ts";
import { dirtyFiles, headBranchOf, headShaOf } from "./checkout-head.ts";
import { defaultBranchOf } from "./default-branch.ts";
import { fastForward } from "./fast-forward.ts";
import { hardenedEnvironment } from "./hardened-git.ts";
import type { GitEnvironment, ProcessEnvironment } from "./hardened-git.ts";
import { tokens } from "./history.ts";
import { hasControlCharacter } from "./names.ts";
import { inCheckout, locateCheckout } from "./locate-checkout.ts";
import type { UserCheckoutPlace } from "./locate-checkout.ts";

/** The user's repository through hardened git. */
export function openUserCheckout(options: { readonly env: GitEnvironment }): Checkout {
  const env = hardenedEnvironment(options.env);
  return {
    inspect: (folder) => inspect(folder, env),
    addRemote: async (root, remote) => await addRemote(await open(root, env), remote),
    fastForward: async (root, target) => await fastForward(await open(root, env), target),
  };
}

async function open(root: string, env: ProcessEnvironment): Promise<UserCheckoutPlace> {
  const located = await locateCheckout(root, env);
  if (located.kind === "checkout") return located.checkout;
  const cure = "Name a folder with a git checkout, or make one with `git init`.";
  throw new AasError("repository_invalid", `${root} is not a checkout of a git repository.`, { cure });
}

async function inspect(folder: string, env: ProcessEnvironment): Promise<CheckoutState> {
  const located = await locateCheckout(folder, env);
  if (located.kind !== "checkout") return located;
  return { kind: "ok", ...(await factsOf(located.checkout)) };
}

async function factsOf(place: UserCheckoutPlace): Promise<CheckoutFacts> {
  const headSha = await headShaOf(place);
  const headBranch = await headBranchOf(place);
  const remotes = await remotesOf(place);
  const remote = (remotes.find(({ name }) => name === "origin") ?? remotes[0])?.name ?? null;
  return {
    root: place.root,
    gitDir: place.gitDir,
    headBranch,
    defaultBranch: await defaultBranchOf(place, { headBranch, remote }),
    headSha,
    dirtyFiles: await dirtyFiles(place),
    isShallow: await isShallow(place),
    hasSubmodules: await hasSubmodules(place),
    remotes,
    hasFiles: (await readdir(place.root)).some((name) => name !== ".git"),
  };
}

async function isShallow(place: UserCheckoutPlace): Promise<boolean> {
  const args = ["rev-parse", "--is-shallow-repository"];
  return (
    (await inCheckout(place, { action: "read the repository", args })).stdout.toString().trim() === "true"
  );
}

async function hasSubmodules(place: UserCheckoutPlace): Promise<boolean> {
  const { stdout } = await inCheckout(place, { action: "list files", args: ["ls-files", "-z", "--stage"] });
  return tokens(stdout).some((entry) => entry.startsWith("160000 "));
}

async function remotesOf(place: UserCheckoutPlace): Promise<readonly CheckoutRemote[]> {
  const args = ["config", "-z", "--get-regexp", String.raw`^remote\..*\.url$`];
  const { stdout } = await inCheckout(place, { action: "read the remotes", args, answers: [0, 1] });
  const urls = new Map<string, string>();
  for (const entry of stdout.toString().split("\0").slice(0, -1)) {
    const [key = "", url = ""] = entry.split("\n");
    const name = key.slice("remote.".length, -".url".length);
    // With several addresses git fetches from the first.
    if (!urls.has(name)) urls.set(name, url);
  }
  return [...urls].map(([name, url]) => ({ name, url }));
}

async function addRemote(place: UserCheckoutPlace, { name, url }: CheckoutRemote): Promise<AddRemoteOutcome> {
  if (!/^[A-Za-z0-9][\w.-]*$/u.test(name) || url === "" || url.startsWith("-") || hasControlCharacter(url)) {
    throw new AasError("not_allowed", `Not a remote: ${JSON.stringify({ name, url })}`);
  }
  const args = ["remote", "add", "--", name, url];
  const { exitCode } = await inCheckout(place, { action: "add a remote", args, answers: [0, 3] });
  if (exitCode === 0) return { kind: "added" };
  const found = (await remotesOf(place)).find((remote) => remote.name === name);
  return found?.url === url ? { kind: "unchanged" } : { kind: "taken", url: found?.url ?? "" };
}
