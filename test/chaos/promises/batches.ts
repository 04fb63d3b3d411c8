import type { Promises } from "../check-promises.ts";
import type { Observed } from "../observe.ts";
import { repeated } from "./repeated.ts";

/** No paid batch is lost or doubled: the provider's own log beside our events. */
export const batchPromises: Promises = {
  "no batch is created twice": ({ provider }) => {
    const created = provider.filter((line) => line.type === "batch_created");
    return repeated(created.map((line) => line.submitKey ?? "")).map((key) => `${key} was created again`);
  },

  "no created batch is lost": (observed) => {
    const created = observed.provider.filter((line) => line.type === "batch_created");
    const noted = batchesThatBecame(observed, "submitted");
    return created
      .map((line) => line.submitKey ?? "")
      .filter((key) => !noted.includes(key))
      .map((key) => `the provider has ${key}, and no event says so`);
  },

  "no batch is made up": (observed) => {
    const created = new Set(
      observed.provider.map((line) => (line.type === "batch_created" ? line.submitKey : null)),
    );
    return batchesThatBecame(observed, "submitted")
      .filter((key) => !created.has(key))
      .map((key) => `${key} is said to be submitted, and the provider knows nothing of it`);
  },

  "every answer that was paid for is kept once": (observed) => {
    const answered = observed.events
      .filter((event) => event.type === "batch.collected")
      .flatMap((event) => event.details["customIds"] as readonly string[]);
    const completed = batchesThatBecame(observed, "completed");
    const paid = observed.provider
      .filter((line) => line.type === "upload" && completed.includes(line.submitKey ?? ""))
      .flatMap((line) => line.items ?? [])
      .map((item) => item.customId);
    return [
      ...repeated(answered).map((id) => `the answer to ${id} was kept twice`),
      ...[...new Set(paid)]
        .filter((id) => !answered.includes(id))
        .map((id) => `the answer to ${id} was lost`),
    ];
  },
};

function batchesThatBecame({ events }: Observed, state: string): readonly string[] {
  return events
    .filter((event) => event.type === "batch.changed" && event.to === state)
    .map((event) => event.subject);
}
