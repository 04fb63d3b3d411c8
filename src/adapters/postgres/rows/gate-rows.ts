import type { CallPace } from "../../../domain/calling/call-pace.ts";
import type { Circuit } from "../../../domain/calling/circuit.ts";
import type { Hold, ProviderGate } from "../../../domain/calling/provider-gate.ts";
import { type Row, RowReader } from "./row-reader.ts";
import { type Columns, json } from "../sql.ts";

export function columnsOfGate({ circuit, hold, pace }: ProviderGate): Columns {
  const isHeld = hold.untilMs > 0;
  return {
    ...columnsOfCircuit(circuit),
    holds: hold.times,
    held_since: isHeld ? new Date(hold.sinceMs) : null,
    held_until: isHeld ? new Date(hold.untilMs) : null,
    pace: json(pace),
  };
}

function columnsOfCircuit(circuit: Circuit): Columns {
  const isClosed = circuit.status === "closed";
  return {
    circuit: circuit.status,
    failures: isClosed ? circuit.failures : null,
    openings: isClosed ? null : circuit.openings,
    open_since: isClosed ? null : new Date(circuit.sinceMs),
    open_until: isClosed ? null : new Date(circuit.untilMs),
  };
}

export function toGate(from: Row): ProviderGate {
  const row = new RowReader("provider_gates", from, "provider");
  return { circuit: toCircuit(row), hold: toHold(row), pace: row.list("pace") as CallPace };
}

function toCircuit(row: RowReader): Circuit {
  const status = row.oneOf("circuit", ["closed", "open", "trying"]);
  if (status === "closed") return { status, failures: row.integer("failures") };
  return {
    status,
    openings: row.integer("openings"),
    sinceMs: row.time("open_since").getTime(),
    untilMs: row.time("open_until").getTime(),
  };
}

function toHold(row: RowReader): Hold {
  return {
    times: row.integer("holds"),
    sinceMs: row.timeOrNull("held_since")?.getTime() ?? 0,
    untilMs: row.timeOrNull("held_until")?.getTime() ?? 0,
  };
}
