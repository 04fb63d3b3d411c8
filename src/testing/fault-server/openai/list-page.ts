import type { Json } from "../../../domain/json.ts";

interface Entry {
  readonly id: string;
  readonly body: Json;
}

/** One page of a list in the way that OpenAI and Anthropic page: after an id, with the ends named. */
export function pageOf(entries: readonly Entry[], query: URLSearchParams, maxLimit: number): Json {
  const after = query.get("after");
  const start = after === null ? 0 : entries.findIndex(({ id }) => id === after) + 1;
  const limit = Math.min(maxLimit, Number(query.get("limit") ?? 20));
  const page = entries.slice(start, start + limit);
  return {
    object: "list",
    data: page.map(({ body }) => body),
    first_id: page.at(0)?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
    has_more: start + limit < entries.length,
  };
}
