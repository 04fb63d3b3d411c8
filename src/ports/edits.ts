import type { EffectTable } from "./effects.ts";

/** Reads file operations out of a model's answer and applies them to a folder, all or nothing. */
export interface Edits {
  apply(answer: string, folder: string): Promise<EditOutcome>;
}

export type EditOutcome =
  | { readonly kind: "applied"; readonly files: readonly string[] }
  /** Nothing was written. Each problem says which operation and why, for the next attempt. */
  | { readonly kind: "refused"; readonly problems: readonly string[] };

export const editsEffects = {
  apply: "effect",
} as const satisfies EffectTable<Edits>;
