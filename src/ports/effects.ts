/** What a crash around a member of a port can leave behind: an `effect` changes the world outside; a `port` has a table of its own. */
export type Effect = "effect" | "read" | "port";

/** A member of the port without a word does not compile; crash points are generated from the effects. */
export type EffectTable<Port> = { readonly [Member in keyof Port & string]: Effect };
