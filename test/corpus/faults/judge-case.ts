import { z } from "zod";
import type { FaultCase } from "../../../src/testing/fault-server/cases/fault-case.ts";
import { type CaseFacts, firstFates, firstSequel, statesOfFirst } from "./case-facts.ts";
import { expectedActions } from "./expected-actions.ts";

const moreExpected = z.looseObject({
  usage_total_input: z.int().optional(),
  usage_total_output: z.int().optional(),
  cost_booked_times: z.int().optional(),
  ignored: z.array(z.string()).optional(),
});

/** What is not as the case expects; read only when the product has finished. */
export function judgeCase({ expect }: FaultCase, facts: CaseFacts): readonly string[] {
  return [
    ...judgeAction(expect.action, facts),
    ...judgeItems(expect.items ?? {}, facts),
    ...judgeBilled(expect.billed, facts),
    ...judgeCreated(expect.max_batches_created, facts),
    ...judgeMore(moreExpected.parse(expect), facts),
    ...neverTwice(facts),
  ];
}

function judgeAction(action: string | undefined, facts: CaseFacts): readonly string[] {
  if (action === undefined || action === null) return [];
  const isTaken = expectedActions[action];
  if (isTaken === undefined) return [`nobody here knows the action ${action}`];
  if (isTaken(facts)) return [];
  const took = [firstSequel(facts) ?? "no end", facts.driven, facts.pauseReason ?? ""].join(" ").trim();
  const way = statesOfFirst(facts).join(" → ");
  return [`expected the action ${action}, it was ${took} (${way}; ${facts.batches.length} batches)`];
}

/** The corpus' words for what we call otherwise. */
const sameStatus: Readonly<Record<string, string>> = {
  cancelled: "canceled",
  unparseable: "unreadable",
  retry_sync: "unreadable",
};

function judgeItems(items: Readonly<Record<string, string>>, facts: CaseFacts): readonly string[] {
  const fates = firstFates(facts);
  return Object.entries(items).flatMap(([id, wanted]) => {
    const status = fates.get(id) ?? "unknown";
    return status === (sameStatus[wanted] ?? wanted)
      ? []
      : [`expected ${id} to be ${wanted}, it was ${status}`];
  });
}

function judgeBilled(billed: readonly string[] | undefined, facts: CaseFacts): readonly string[] {
  if (billed === undefined) return [];
  const first = firstFates(facts);
  const paid = facts.usages
    .filter(({ key, state }) => first.has(key) && state.status === "settled")
    .map(({ key }) => key);
  const wanted = billed.toSorted().join(", ");
  const was = paid.toSorted().join(", ");
  return wanted === was ? [] : [`expected to be billed: ${wanted || "nothing"}; it was ${was || "nothing"}`];
}

function judgeCreated(most: number | undefined, { created }: CaseFacts): readonly string[] {
  return most === undefined || created <= most
    ? []
    : [`${created} batches were created, at most ${most} may be`];
}

function judgeMore(more: z.infer<typeof moreExpected>, facts: CaseFacts): readonly string[] {
  const settled = facts.usages.flatMap(({ key, state }) =>
    state.status === "settled" ? [{ key, ...state }] : [],
  );
  const wrong = (name: "inputTokens" | "outputTokens", wanted: number | undefined): readonly string[] =>
    wanted === undefined || (settled.length > 0 && settled.every((each) => each[name] === wanted))
      ? []
      : [
          `expected ${wanted} ${name} for each answer, they were ${settled.map((each) => each[name]).join(", ")}`,
        ];
  const times = more.cost_booked_times;
  const booked = settled.length === new Set(settled.map(({ key }) => key)).size && settled.length > 0;
  const ignored = (more.ignored ?? []).filter((id) => facts.outcomes.some((each) => each.customId === id));
  return [
    ...wrong("inputTokens", more.usage_total_input),
    ...wrong("outputTokens", more.usage_total_output),
    ...(times === 1 && !booked ? ["the cost was not booked once"] : []),
    ...ignored.map((id) => `${id} was not ignored`),
  ];
}

/** In every case: the provider has no batch that we do not know, and no request is asked while it is on its way. */
function neverTwice({ batches, created }: CaseFacts): readonly string[] {
  const known = batches.filter((batch) => batch.state.status !== "intended").length;
  return created <= known ? [] : [`the server made ${created} batches for ${known} of ours`];
}
