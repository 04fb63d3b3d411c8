import { makeId } from "../../src/domain/ids.ts";
import type { Integration } from "../../src/domain/integration.ts";
import type { OpenedControl } from "../../src/app/project/open-control.ts";
import type { Git } from "../../src/ports/git.ts";
import type { Forge } from "../../src/ports/forge.ts";
import type { Lease } from "../../src/ports/lease-store.ts";
import { replaced } from "../support/replaced.ts";

export const bugNames = [
  "no_reconcile",
  "no_compare_and_swap",
  "no_outbox_key",
  "no_lease_check",
  "no_approval",
] as const;
export type BugName = (typeof bugNames)[number];

/** Takes one protection away, to see that the checker notices. Only the worker of the chaos test can do this. */
export function plantBug(control: OpenedControl, bug: string): OpenedControl {
  switch (bug as BugName) {
    case "no_reconcile":
      return withoutReconcile(control);
    case "no_compare_and_swap":
      return { ...control, forge: withoutCompareAndSwap(control.forge, control.git) };
    case "no_outbox_key":
      return withoutOutboxKey(control);
    case "no_lease_check":
      return withoutLeaseCheck(control);
    case "no_approval":
      return withoutApproval(control);
    default:
      return control;
  }
}

function withoutReconcile(control: OpenedControl): OpenedControl {
  const { runnable } = control;
  const provider = runnable?.batchProvider ?? null;
  if (runnable === null || provider === null) return control;
  const batchProvider = replaced(provider, { find: async () => ({ kind: "absent" }) });
  return { ...control, runnable: { ...runnable, batchProvider } };
}

/** Moves the base to the commit whatever stands there. */
function withoutCompareAndSwap(forge: Forge, git: Git): Forge {
  return replaced(forge, {
    moveBase: async ({ branch, next }) => {
      const ref = `refs/heads/${branch}`;
      await git.updateRef(ref, { expected: await git.resolve(ref), next });
      return { kind: "landed" };
    },
  });
}

function withoutOutboxKey(control: OpenedControl): OpenedControl {
  const { outbox } = control.db;
  const insert: typeof outbox.insert = (message) =>
    outbox.insert({ ...message, key: makeId("ntf", control.ids.next()) });
  return { ...control, db: { ...control.db, outbox: replaced(outbox, { insert }) } };
}

/** Nobody notices that a lease was lost: what was claimed first is taken for held. */
function withoutLeaseCheck(control: OpenedControl): OpenedControl {
  const { leases: real } = control.db;
  const first = new Map<string, Lease>();
  const claim: typeof real.claim = async (name, holder, ttlMs) => {
    const claimed = await real.claim(name, holder, ttlMs);
    if (!name.startsWith("merge:")) return claimed;
    const known = first.get(holder) ?? claimed;
    if (known !== null) first.set(holder, known);
    return known;
  };
  const leases = replaced(real, { isHeld: async () => true, claim });
  return { ...control, db: { ...control.db, leases } };
}

/** Every entry of the queue reads as one that nobody has to be asked about. */
function withoutApproval(control: OpenedControl): OpenedControl {
  const { queue: real } = control.db;
  const unasked = (entry: Integration): Integration => ({ ...entry, needsApproval: false });
  const queue = replaced(real, {
    findIntegration: async (id) => {
      const found = await real.findIntegration(id);
      return found === null ? null : unasked(found);
    },
    listIntegrations: async (...args) => (await real.listIntegrations(...args)).map(unasked),
    listIntegrationsOfRun: async (id) => (await real.listIntegrationsOfRun(id)).map(unasked),
  });
  return { ...control, db: { ...control.db, queue } };
}
