/** How much one request takes of what a batch may hold. */
export interface RequestSize {
  readonly bytes: number;
  readonly tokens: number;
  /** The most that its batch may hold, itself included. */
  readonly batchSize: number;
}

export interface ChunkLimits {
  readonly maxItems: number;
  readonly maxBytes: number;
  /** Null: not known. */
  readonly maxTokens: number | null;
}

/** Into batches, in their order, each as full as every limit allows. A request that is too large alone is alone. */
export function chunkRequests<Item>(
  items: readonly Item[],
  sizeOf: (item: Item) => RequestSize,
  limits: ChunkLimits,
): readonly (readonly Item[])[] {
  const chunks: Item[][] = [];
  let held: RequestSize | null = null;
  for (const item of items) {
    const size = sizeOf(item);
    const chunk = chunks.at(-1);
    const fuller: RequestSize | null = held === null ? null : sum(held, size);
    if (chunk === undefined || fuller === null || !fits(fuller, chunk.length + 1, limits)) {
      chunks.push([item]);
      held = size;
    } else {
      chunk.push(item);
      held = fuller;
    }
  }
  return chunks;
}

function sum(one: RequestSize, other: RequestSize): RequestSize {
  return {
    bytes: one.bytes + other.bytes,
    tokens: one.tokens + other.tokens,
    batchSize: Math.min(one.batchSize, other.batchSize),
  };
}

function fits(size: RequestSize, count: number, limits: ChunkLimits): boolean {
  return (
    count <= Math.min(limits.maxItems, size.batchSize) &&
    size.bytes <= limits.maxBytes &&
    size.tokens <= (limits.maxTokens ?? Infinity)
  );
}
