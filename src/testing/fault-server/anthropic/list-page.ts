import type { Json } from "../../../domain/json.ts";

interface Entry {
  readonly id: string;
  readonly body: Json;
}

/** One page, newest first, after an id or before one. */
export function anthropicPage(entries: readonly Entry[], query: URLSearchParams): Json {
  const limit = Math.min(1000, Number(query.get("limit") ?? 20));
  const indexOf = (id: string | null): number => entries.findIndex((entry) => entry.id === id);
  const [after, before] = [query.get("after_id"), query.get("before_id")];
  const end = before === null ? entries.length : Math.max(0, indexOf(before));
  const start = before === null ? (after === null ? 0 : indexOf(after) + 1) : Math.max(0, end - limit);
  const page = entries.slice(start, Math.min(end, start + limit));
  return {
    data: page.map(({ body }) => body),
    has_more: before === null ? start + limit < entries.length : start > 0,
    first_id: page.at(0)?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  };
}
