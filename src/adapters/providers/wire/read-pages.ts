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

/**
 * Lists that begin with what is newest end being of interest where all is older than `time`. One that does not show that
 * it goes backwards is read to its end: an early end would prove what is not so.
 */
export function isBackBefore(items: readonly { readonly createdAt: Date | null }[], time: Date): boolean {
  const times = items.map(({ createdAt }) => createdAt?.getTime() ?? Number.POSITIVE_INFINITY);
  const [first = 0] = times;
  return first > (times.at(-1) ?? 0) && times.every((each) => each < time.getTime());
}
