import type { Answer } from "./answer.ts";
import type { Asked } from "./asked.ts";
import { toPathPattern } from "./path-pattern.ts";

export type Params = Readonly<Record<string, string>>;

export type Perform = (asked: Asked, params: Params) => Answer | Promise<Answer>;

export interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly perform: Perform;
}

/** `route("GET /v1/batches/{id}", …)` */
export function route(line: string, perform: Perform): Route {
  const [method = "", path = ""] = line.split(" ");
  return { method, pattern: toPathPattern(path), perform };
}

export function findRoute(
  routes: readonly Route[],
  { method, path }: Asked,
): { readonly perform: Perform; readonly params: Params } | null {
  for (const candidate of routes) {
    const found = candidate.method === method ? candidate.pattern.exec(path) : null;
    if (found !== null) return { perform: candidate.perform, params: { ...found.groups } };
  }
  return null;
}
