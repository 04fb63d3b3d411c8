import type { Answer } from "./answer.ts";
import type { Asked } from "./asked.ts";
import { toPathPattern } from "./path-pattern.ts";

export type Params = Readonly<Record<string, string>>;

/** Null: it is for the next route that fits. */
export type Perform = (asked: Asked, params: Params) => Answer | null | Promise<Answer | null>;

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

/** The answer of the first route that has one. */
export async function answerOf(routes: readonly Route[], asked: Asked): Promise<Answer | null> {
  for (const { method, pattern, perform } of routes) {
    const found = method === asked.method ? pattern.exec(asked.path) : null;
    const answer = found === null ? null : await perform(asked, { ...found.groups });
    if (answer !== null) return answer;
  }
  return null;
}
