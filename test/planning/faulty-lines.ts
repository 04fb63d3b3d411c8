import type { LineRule } from "../../src/testing/fault-server/faults/line-fault.ts";
import { chanceOf } from "../../src/testing/fault-server/seeded.ts";
import type { Vendor } from "../../src/testing/fault-server/vendor.ts";

type LineFault = LineRule["fault"];

/** A fault with the name that it is counted by. */
interface NamedFault {
  readonly name: string;
  readonly fault: LineFault;
}

const everywhere: readonly NamedFault[] = [
  failure("server error", 500),
  failure("too many calls", 429),
  failure("bad request", 400),
  plain("refused"),
  plain("filtered"),
  plain("length"),
  plain("empty"),
  plain("prose"),
  plain("no_usage"),
  plain("expired"),
  plain("duplicated"),
  plain("contradicted"),
  plain("missing"),
  plain("foreign_after"),
  plain("no_custom_id"),
  plain("garbled"),
];

/** Gemini answers in one document, whose lines cannot be broken one by one. */
const onlyInFiles: readonly NamedFault[] = [plain("corrupted"), plain("cut")];

function faultsOf(vendor: Vendor): readonly NamedFault[] {
  switch (vendor) {
    case "openai":
      return [...everywhere, ...onlyInFiles, plain("status_zero")];
    case "anthropic":
      return [...everywhere, ...onlyInFiles];
    case "gemini":
      return everywhere;
  }
}

export interface FaultyLine extends NamedFault {
  readonly customId: string;
}

/** Every fifth of these requests, as the seed shuffles them; each kind of fault as often as every other. */
export function pickFaultyLines(
  seed: number,
  vendor: Vendor,
  customIds: readonly string[],
): readonly FaultyLine[] {
  const faults = faultsOf(vendor);
  return customIds
    .toSorted((one, other) => chanceOf(seed, "faulty", one) - chanceOf(seed, "faulty", other))
    .slice(0, Math.ceil(customIds.length / 5))
    .flatMap((customId, index) => {
      const named = faults[index % faults.length];
      return named === undefined ? [] : [{ customId, ...named }];
    });
}

export function toLineRule({ customId, fault }: FaultyLine): LineRule {
  return { customIds: [customId], probability: 1, fault };
}

function failure(name: string, status: number): NamedFault {
  return {
    name,
    fault: { kind: "status", status, code: null, message: "The request failed.", in: "error" },
  };
}

type PlainKind = Exclude<LineFault["kind"], "status">;

function plain(kind: PlainKind): NamedFault {
  return { name: kind, fault: { kind } };
}
