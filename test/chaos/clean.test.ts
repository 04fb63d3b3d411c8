import { expect, test } from "vitest";
import { noCrash } from "./crash-order.ts";
import { tellOnce } from "./tell-once.ts";

for (const kind of ["own", "remote"] as const) {
  test(`without a crash every promise holds (${kind} base)`, { timeout: 300_000 }, async () => {
    const { broken } = await tellOnce(kind, () => ({ nextOrder: () => noCrash }));

    expect(broken).toEqual([]);
  });
}
