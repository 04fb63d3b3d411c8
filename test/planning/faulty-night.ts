import type { FaultScriptInput } from "../../src/testing/fault-server/fault-script.ts";
import type { LineRule } from "../../src/testing/fault-server/faults/line-fault.ts";
import type { RequestRule } from "../../src/testing/fault-server/faults/request-fault.ts";
import { places } from "../../src/testing/fault-server/cases/case-paths.ts";
import type { Vendor } from "../../src/testing/fault-server/vendor.ts";
import { type FaultyLine, toLineRule } from "./faulty-lines.ts";
import { serverPrices } from "./prices.ts";

/**
 * A bad night at a provider: of the batches that are sent first one is too large, one is created without a word, one
 * expires, one finds the queue full, one hangs until it is called off; a download breaks off; and of the calls that are
 * made one by one the first two bring trouble too.
 */
export function faultyNight(seed: number, vendor: Vendor, lines: readonly FaultyLine[]): FaultScriptInput {
  return {
    seed,
    prices: serverPrices,
    pace: { by: "looks", inProgress: 1 },
    lines: [...lines.map(toLineRule), ...callsAlone],
    requests: [tooLarge(vendor), lostAnswer(vendor), brokenOff(vendor)],
    batches: [
      { batches: [1], files: ["shuffled"] },
      { batches: [2], fate: { kind: "expired", done: 7 } },
      { batches: [3], fate: { kind: "failed", errors: vendor === "gemini" ? null : queueIsFull } },
      { batches: [4], fate: { kind: "stuck", in: "in_progress" }, doneBeforeCancel: 2 },
    ],
  };
}

const callsAlone: readonly LineRule[] = [
  { customIds: ["sync-1"], probability: 1, fault: { kind: "no_usage" } },
  {
    customIds: ["sync-2"],
    probability: 1,
    fault: { kind: "status", status: 500, code: null, message: "The call failed.", in: "error" },
  },
];

const queueIsFull = [
  { code: "token_limit_exceeded", message: "Enqueued token limit reached.", line: null, param: null },
];

function tooLarge(vendor: Vendor): RequestRule {
  const answer = { status: 413, headers: {}, body: { error: { message: "Request Entity Too Large" } } };
  return { ...placeOf(vendor, "create"), nth: [2], probability: 1, fault: { kind: "answer", answer } };
}

function lostAnswer(vendor: Vendor): RequestRule {
  return {
    ...placeOf(vendor, "create"),
    nth: [3],
    probability: 1,
    fault: { kind: "create_then_reset" },
  };
}

/** Gemini's results stand in what a look brings. */
function brokenOff(vendor: Vendor): RequestRule {
  const place = placeOf(vendor, vendor === "gemini" ? "poll" : "download");
  const nth = vendor === "gemini" ? [5] : [1];
  return { ...place, nth, probability: 1, fault: { kind: "cut", afterBytes: 4_000 } };
}

function placeOf(
  vendor: Vendor,
  what: "create" | "poll" | "download",
): { readonly method: string; readonly path: string } {
  const [place] = places[vendor][what];
  if (place === undefined) throw new TypeError(`${vendor} has no place to ${what}`);
  return place;
}
