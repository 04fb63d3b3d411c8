/** Whose batches they are: no other provider, and no other server, knows them. */
export interface BatchPlace {
  readonly provider: string;
  /** Null: no server, or one that was not written down. */
  readonly host: string | null;
}

export function isSamePlace(one: BatchPlace, other: BatchPlace): boolean {
  if (one.provider !== other.provider) return false;
  return one.host === null || other.host === null || one.host === other.host;
}

export function renderPlace({ provider, host }: BatchPlace): string {
  return host === null ? provider : `${provider} (${host})`;
}
