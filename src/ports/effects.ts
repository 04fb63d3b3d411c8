/**
 * Says for each method of a port whether it changes the world outside. Every port with an effect exports one such list;
 * crash points are generated from it, before and after each effect.
 */
export interface EffectList<Port> {
  readonly effects: readonly (keyof Port & string)[];
  readonly reads: readonly (keyof Port & string)[];
}
