import { expect, test } from "vitest";
import type { BatchProgress, BatchResult } from "../../src/ports/batch-provider.ts";
import { submitTo } from "../../src/testing/describe-batch-provider.ts";
import { type FaultCase, parseFaultCase } from "../../src/testing/fault-server/cases/fault-case.ts";
import { batchRequest, type Lab, openLab } from "./connected-providers.ts";
import { corpora, corpusCases } from "./corpus-cases.ts";

const cases = corpora === undefined ? [] : corpusCases(corpora).flatMap((raw) => parseFaultCase(raw));
const withItems = cases.filter(({ batch, expect: { items } }) => batch !== null && items !== undefined);

const finishWords = {
  stop: "ok",
  length: "truncated",
  refusal: "refused",
  filter: "filtered",
  other: "other",
};

/** An outcome in the words of the cases. */
function wordOf({ outcome }: BatchResult): string {
  if (outcome.kind === "answered") return finishWords[outcome.reply.finish];
  return outcome.failure === "canceled" ? "cancelled" : outcome.failure;
}

/** What becomes of a request that no line speaks of, by how its batch ended. */
function wordOfMissing(progress: BatchProgress): string {
  if (progress.kind === "expired") return "expired";
  if (progress.kind !== "failed") return "missing";
  return progress.trouble === "invalid" ? "invalid_request" : "not_run";
}

async function played(lab: Lab, { customIds }: FaultCase): Promise<Readonly<Record<string, string>>> {
  const provider = lab.connect();
  const ref = await submitTo(provider, customIds.map(batchRequest), "bat_1");
  const progress = await provider.poll({ ref, since: lab.time.now() });
  const words: Record<string, string> = {};
  if (progress.kind !== "failed" && progress.kind !== "archived") {
    for await (const result of provider.results(ref)) {
      const word = wordOf(result);
      if (customIds.includes(result.customId) && words[result.customId] !== "ok")
        words[result.customId] = word;
    }
  }
  return Object.fromEntries(customIds.map((id) => [id, words[id] ?? wordOfMissing(progress)]));
}

test.skipIf(corpora === undefined)(
  "there are cases that say what becomes of items (needs AAS_CORPORA)",
  () => {
    expect(withItems.length).toBeGreaterThan(30);
  },
);

test.skipIf(corpora === undefined).each(withItems.map((one) => [one.id, one] as const))(
  "%s is read by the product's client as the case expects (needs AAS_CORPORA)",
  async (_id, faultCase) => {
    const vendor = faultCase.provider === "azure" ? "azure" : faultCase.vendor;
    await using lab = await openLab(vendor, { faultCase });

    expect(await played(lab, faultCase)).toEqual(faultCase.expect.items);
  },
);
