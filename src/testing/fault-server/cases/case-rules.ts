import type { CannedAnswer, RequestFault, RequestRule } from "../faults/request-fault.ts";
import { type CasePlace, placesOfCase } from "./case-paths.ts";
import { type CaseInject, responseSchema, type WrittenCase } from "./case-schema.ts";

/** What a case says of single requests, as faults. */
export function rulesOfCase(written: WrittenCase): readonly RequestRule[] {
  return [...rulesOfInject(written), ...rulesOfSteps(written)];
}

function rulesOfInject(written: WrittenCase): readonly RequestRule[] {
  const { inject = {}, response } = written;
  const { method, path, nth, effect } = inject;
  const isNamed = method !== undefined || path !== undefined;
  if (!isNamed && effect === undefined && response === undefined) return [];
  const fault = faultOf(written, inject, response);
  const at = isNamed ? [{ method, path: path ?? "*" }] : placesOfCase(written);
  const times = nth ?? timesOf(effect);
  return at.map((place) => ({
    ...toRule(place, fault),
    ...(times === undefined ? {} : { nth: [...times] }),
  }));
}

/** An accident happens once, unless the case says how often; an answer that is written down is always given. */
function timesOf(effect: CaseInject["effect"]): readonly number[] | undefined {
  return effect === undefined || effect === "answer" ? undefined : [1];
}

/** Steps that are answers; those that are batches are shown by the batch. */
function rulesOfSteps(written: WrittenCase): readonly RequestRule[] {
  return (written.steps ?? []).flatMap((step, index) => {
    if (typeof step["status"] !== "number") return [];
    const answer = toCanned(responseSchema.parse(step));
    return placesOfCase(written).map((place) => ({
      ...toRule(place, { kind: "answer", answer }),
      nth: [index + 1],
    }));
  });
}

function toRule(
  { method, path }: { method: string | undefined; path: string } | CasePlace,
  fault: RequestFault,
): RequestRule {
  return { ...(method === undefined ? {} : { method }), path, probability: 1, fault };
}

function faultOf(
  { id }: WrittenCase,
  { effect = "answer", delay_ms: delayMs, after_bytes: afterBytes }: CaseInject,
  response: WrittenCase["response"],
): RequestFault {
  switch (effect) {
    case "reset":
    case "create_then_reset":
      return { kind: effect };
    case "delay":
    case "create_then_delay":
      return { kind: effect, delayMs: delayMs ?? missing(id, "delay_ms") };
    case "cut":
      return { kind: effect, afterBytes: afterBytes ?? missing(id, "after_bytes") };
    case "answer":
      return { kind: effect, answer: toCanned(response ?? missing(id, "response")) };
    case "create_then_status":
    case "create_then_answer":
      return { kind: "create_then_answer", answer: toCanned(response ?? missing(id, "response")) };
  }
}

function missing(id: string, key: string): never {
  throw new Error(`Case ${id}: what is injected needs '${key}'`);
}

function toCanned({ status, headers, body, raw }: NonNullable<WrittenCase["response"]>): CannedAnswer {
  return { status, headers, ...(body === undefined ? {} : { body }), ...(raw === undefined ? {} : { raw }) };
}
