import type { Sha, ValidationId } from "../domain/ids.ts";
import type { Validation } from "../domain/validation.ts";
import type { EffectTable } from "./effects.ts";

export interface ValidationStore {
  /** A fact: writing the same id again changes nothing. */
  insert(validation: Validation): Promise<void>;
  find(id: ValidationId): Promise<Validation | null>;
  /** The same suite on the same tree against the same base: never run twice. */
  findByTree(tree: Sha, suite: string, baseTree: Sha | null): Promise<Validation | null>;
}

export const validationStoreEffects = {
  insert: "effect",
  find: "read",
  findByTree: "read",
} as const satisfies EffectTable<ValidationStore>;
