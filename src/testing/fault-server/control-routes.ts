import { z } from "zod";
import type { Json } from "../../domain/json.ts";
import type { FaultServer } from "./fault-server.ts";
import { requestRuleSchema } from "./faults/request-fault.ts";
import { jsonAnswer } from "./http/answer.ts";
import { type Route, route } from "./http/route.ts";
import { readJson } from "./http/read-json.ts";

/** For tests whose server is a process of its own. No vendor has such paths, and none of them is logged. */
export function controlRoutes(server: FaultServer): readonly Route[] {
  return [
    route("GET /__faults/log", () => jsonAnswer(200, asJson(server.exchanges))),
    route("GET /__faults/bill", () => jsonAnswer(200, asJson(server.bill()))),
    route("GET /__faults/batches", () =>
      jsonAnswer(200, asJson(server.batches.map(({ facts }) => ({ id: facts.id, vendor: facts.vendor })))),
    ),
    route("POST /__faults/faults", ({ body }) => {
      server.addFaults(z.array(requestRuleSchema).parse(readJson(body)));
      return jsonAnswer(200, {});
    }),
    route("POST /__faults/advance/{ms}", (_asked, { ms = "0" }) => {
      server.advance(Number(ms));
      return jsonAnswer(200, {});
    }),
    route("POST /__faults/finish/{id}", (_asked, { id = "" }) => {
      server.finish(decodeURIComponent(id));
      return jsonAnswer(200, {});
    }),
  ];
}

function asJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
