export interface Page<Item> {
  readonly items: readonly Item[];
  /** Null: this is the last one. */
  readonly next: string | null;
}

/** More than this is no list but a mistake of somebody. */
const mostPages = 200;

/**
 * What a paged list holds, until a page is old enough that nothing after it can matter. Null when it has no end: then it
 * proves nothing by what it does not hold.
 */
export async function readPages<Item>(
  readPage: (cursor: string | null) => Promise<Page<Item>>,
  isOldEnough: (items: readonly Item[]) => boolean,
): Promise<readonly Item[] | null> {
  const all: Item[] = [];
  let cursor: string | null = null;
  for (let count = 0; count < mostPages; count += 1) {
    const { items, next }: Page<Item> = await readPage(cursor);
    all.push(...items);
    if (next === null || next === cursor || isOldEnough(items)) return all;
    cursor = next;
  }
  return null;
}

/** Lists are sorted by when their things were created, the newest first. */
export function areAllBefore(items: readonly { readonly createdAt: Date | null }[], time: Date): boolean {
  return items.length > 0 && items.every(({ createdAt }) => createdAt !== null && createdAt < time);
}
