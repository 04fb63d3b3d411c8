import fc from "fast-check";
import { expect, test } from "vitest";
import { chunkRequests, type RequestSize } from "./chunk-requests.ts";

const roomy = { maxItems: 1_000, maxBytes: 1_000_000, maxTokens: null };

function sized(size: Partial<RequestSize> = {}): RequestSize {
  return { bytes: 10, tokens: 5, batchSize: 1_000, ...size };
}

test.each([
  ["by count", [sized(), sized(), sized()], { ...roomy, maxItems: 2 }, [2, 1]],
  ["by bytes", [sized(), sized(), sized()], { ...roomy, maxBytes: 20 }, [2, 1]],
  ["by tokens", [sized(), sized(), sized()], { ...roomy, maxTokens: 9 }, [1, 1, 1]],
  ["by what one of them asks for", [sized(), sized({ batchSize: 2 }), sized()], roomy, [2, 1]],
  ["never to nothing", [sized({ bytes: 99 }), sized()], { ...roomy, maxBytes: 20 }, [1, 1]],
  ["not at all", [], roomy, []],
])("requests are divided %s", (_, items, limits, lengths) => {
  expect(chunkRequests(items, (item) => item, limits).map((chunk) => chunk.length)).toEqual(lengths);
});

test("no request is lost, moved or put where it does not fit", () => {
  const anySize = fc.record({
    bytes: fc.nat(30),
    tokens: fc.nat(30),
    batchSize: fc.integer({ min: 1, max: 6 }),
  });
  const limits = { maxItems: 5, maxBytes: 60, maxTokens: 70 };
  fc.assert(
    fc.property(fc.array(anySize, { maxLength: 40 }), (items) => {
      const chunks = chunkRequests(items, (item) => item, limits);

      expect(chunks.flat()).toEqual(items);
      for (const chunk of chunks.filter((each) => each.length > 1)) {
        expect(chunk.length).toBeLessThanOrEqual(Math.min(5, ...chunk.map((each) => each.batchSize)));
        expect(chunk.reduce((sum, each) => sum + each.bytes, 0)).toBeLessThanOrEqual(60);
        expect(chunk.reduce((sum, each) => sum + each.tokens, 0)).toBeLessThanOrEqual(70);
      }
    }),
  );
});
