import * as z from "zod";
import { usdAmount } from "./setting-types.ts";

const priceExpectation = 'an object such as { "input": 2.5, "output": 15 }, in US dollars per million tokens';

/** What one model costs. What a cache gives or keeps costs like other input where nothing else is said. */
const price = z.strictObject(
  {
    input: usdAmount,
    output: usdAmount,
    cacheRead: usdAmount.optional(),
    cacheWrite: usdAmount.optional(),
  },
  { error: priceExpectation },
);

const nameExpectation = "the name of a model";

export const priceList = z.record(
  z.string({ error: nameExpectation }).min(1, { error: nameExpectation }),
  price,
  {
    error: 'an object such as { "my-model": { "input": 2.5, "output": 15 } }',
  },
);
