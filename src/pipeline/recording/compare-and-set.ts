import type { NewEvent } from "../../domain/event.ts";
import { AasError } from "../../domain/errors.ts";
import { rollBack, type Stores } from "../../ports/database.ts";
import type { RecordingDeps } from "./make-event.ts";

/** What a decision made of an entity: nothing to do, or the next value with the events that tell it. */
export type Decision<Entity> =
  | { readonly kind: "keep" }
  /** Something else that it wrote with it was changed since it was read. */
  | { readonly kind: "lost" }
  | { readonly kind: "write"; readonly next: Entity; readonly events: readonly NewEvent[] };

export const keep = { kind: "keep" } as const;
export const lost = { kind: "lost" } as const;

export interface EntityAccess<Entity> {
  load(stores: Stores): Promise<Entity>;
  replace(stores: Stores, next: Entity): Promise<boolean>;
}

const maxRaces = 50;

/**
 * Load, decide, write with a condition, append the event: one transaction, and again from the start when somebody wrote
 * in between. What the decision writes into the stores is written with it or not at all. Answers the entity as it is now.
 */
export async function compareAndSet<Entity>(
  deps: Pick<RecordingDeps, "db">,
  access: EntityAccess<Entity>,
  decide: (current: Entity, stores: Stores) => Decision<Entity> | Promise<Decision<Entity>>,
): Promise<Entity> {
  for (let race = 0; race < maxRaces; race += 1) {
    const settled = await deps.db.transaction(async (stores) => {
      const current = await access.load(stores);
      const decision = await decide(current, stores);
      if (decision.kind === "keep") return { entity: current };
      if (decision.kind === "lost") return rollBack;
      if (!(await access.replace(stores, decision.next))) return rollBack;
      await stores.events.append(decision.events);
      return { entity: await access.load(stores) };
    });
    if (settled !== null) return settled.entity;
  }
  throw new AasError("conflict", `Lost ${maxRaces} races for one row.`, { retryable: true });
}
