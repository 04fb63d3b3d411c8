import { expect, test } from "vitest";
import { noCrash } from "./crash-order.ts";
import { tellOnce } from "./tell-once.ts";

test.for(["own", "remote"] as const)(
  "without a crash every promise holds (%s base)",
  async (kind) => {
    const { broken } = await tellOnce(kind, () => ({ nextOrder: () => noCrash }));

    expect(broken).toEqual([]);
  },
  120_000,
);
