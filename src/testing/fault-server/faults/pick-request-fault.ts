import { toPathPattern } from "../http/path-pattern.ts";
import { chanceOf } from "../seeded.ts";
import type { RequestFault, RequestRule } from "./request-fault.ts";

interface Counted {
  readonly rule: RequestRule;
  readonly pattern: RegExp;
  seen: number;
}

/** The faults that wait for requests. The first rule that hits decides; all that could hit count the request. */
export class RequestFaults {
  readonly #seed: number;
  readonly #rules: Counted[] = [];

  constructor(seed: number, rules: readonly RequestRule[]) {
    this.#seed = seed;
    this.add(rules);
  }

  add(rules: readonly RequestRule[]): void {
    this.#rules.push(...rules.map((rule) => ({ rule, pattern: toPathPattern(rule.path), seen: 0 })));
  }

  pick(method: string, path: string, passedMs: number): RequestFault | null {
    let hit: RequestFault | null = null;
    for (const counted of this.#rules.filter((one) => matches(one, method, path))) {
      if (passedMs >= (counted.rule.untilMs ?? Infinity)) continue;
      if (this.#isHit(counted)) hit ??= counted.rule.fault;
    }
    return hit;
  }

  #isHit(counted: Counted): boolean {
    counted.seen += 1;
    const { nth, probability } = counted.rule;
    if (nth !== undefined && !nth.includes(counted.seen)) return false;
    return chanceOf(this.#seed, "request", this.#rules.indexOf(counted), counted.seen) < probability;
  }
}

function matches({ rule, pattern }: Counted, method: string, path: string): boolean {
  return (rule.method === undefined || rule.method === method) && pattern.test(path);
}
