import type { BatchState } from "../../src/domain/batch.ts";
import type { BatchId } from "../../src/domain/ids.ts";
import type { BatchProvider } from "../../src/ports/batch-provider.ts";
import type { BatchStore } from "../../src/ports/batch-store.ts";
import type { Database } from "../../src/ports/database.ts";

export const bugNames = ["sends_without_asking", "sends_before_writing"] as const;
/** A protection taken away, to see that the proof notices. */
export type BugName = (typeof bugNames)[number];

/** Takes every lost batch for one that was never made. */
export function withoutAsking(provider: BatchProvider): BatchProvider {
  return replaced(provider, { find: async () => ({ kind: "absent" }) });
}

/** That a batch is about to be sent is kept in mind, and not written down. */
export function withoutIntent(db: Database): Database {
  const inMind = new Map<BatchId, BatchState>();
  return replaced(db, {
    batches: forgetful(db.batches, inMind),
    transaction: (work) =>
      db.transaction((stores) => work({ ...stores, batches: forgetful(stores.batches, inMind) })),
  });
}

function forgetful(batches: BatchStore, inMind: Map<BatchId, BatchState>): BatchStore {
  return replaced(batches, {
    replace: async (batch) => {
      inMind.delete(batch.id);
      if (batch.state.status !== "submitting") return batches.replace(batch);
      inMind.set(batch.id, batch.state);
      return true;
    },
    findHead: async (id) => {
      const batch = await batches.findHead(id);
      return batch === null ? null : { ...batch, state: inMind.get(id) ?? batch.state };
    },
  });
}

/** The same port but for some of its methods. */
function replaced<Port extends object>(port: Port, methods: Partial<Port>): Port {
  return new Proxy(port, {
    get(target, property): unknown {
      const own: unknown = Reflect.get(methods, property);
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
