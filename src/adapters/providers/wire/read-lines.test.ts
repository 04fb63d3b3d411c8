import fc from "fast-check";
import { expect, test } from "vitest";
import { readLines } from "./read-lines.ts";

async function linesOf(chunks: readonly Uint8Array[], maxBytes = 1_000): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of readLines(stream(chunks), maxBytes)) lines.push(line);
  return lines;
}

async function* stream(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

function linesOfText(text: string, maxBytes?: number): Promise<readonly string[]> {
  return linesOf([Buffer.from(text)], maxBytes);
}

/** The same bytes, cut wherever the numbers say; they may cut a character in two. */
function cut(bytes: Buffer, sizes: readonly number[]): readonly Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let start = 0;
  for (const size of sizes) {
    chunks.push(bytes.subarray(start, start + size));
    start += size;
  }
  return [...chunks, bytes.subarray(start)];
}

test.each([
  ["nothing", "", []],
  ["lines with an end", "a\nb\n", ["a", "b"]],
  ["a last line without one", "a\nb", ["a", "b"]],
  ["ends of another system", "a\r\nb\r\n", ["a", "b"]],
  ["empty lines", "a\n\n\r\nb", ["a", "", "", "b"]],
  ["a byte order mark", "\uFEFFa\nb", ["a", "b"]],
  [
    "other separators of lines inside of a line",
    "a\u2028b\u2029c\u0085d\re\n",
    ["a\u2028b\u2029c\u0085d\re"],
  ],
])("%s", async (_, text, expected) => {
  expect(await linesOfText(text)).toEqual(expected);
});

test("a line that is too long is left out, and those around it are not", async () => {
  expect(await linesOfText("one\nmuch too long\ntwo\nalso too long", 5)).toEqual(["one", "two"]);
});

test("bytes that are no text lose no other line", async () => {
  const bytes = Buffer.concat([Buffer.from("a\n"), Buffer.from([0xff, 0xc3]), Buffer.from("\nb")]);

  expect(await linesOf([bytes])).toEqual(["a", "\uFFFD\uFFFD", "b"]);
});

test("however the bytes are cut, the lines are the same", async () => {
  const text = fc.array(fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("\n", "\r\n", "\u2028")));

  await fc.assert(
    fc.asyncProperty(text, fc.array(fc.nat({ max: 9 })), async (parts, sizes) => {
      const bytes = Buffer.from(parts.join(""));

      expect(await linesOf(cut(bytes, sizes))).toEqual(await linesOf([bytes]));
    }),
  );
});

test("lines that were joined are read as they were", async () => {
  const line = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll(/[\r\n\uFEFF]/gu, ""));

  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.array(fc.nat({ max: 9 })), async (lines, sizes) => {
      const bytes = Buffer.from(lines.map((each) => `${each}\n`).join(""));

      expect(await linesOf(cut(bytes, sizes))).toEqual(lines);
    }),
  );
});

test("fifty thousand lines are read without keeping them", async () => {
  const line = Buffer.from(`${"x".repeat(2_000)}\n`);
  function* endless(): Generator<Uint8Array> {
    for (let index = 0; index < 50_000; index += 1) yield line;
  }
  let count = 0;
  let most = 0;
  const before = process.memoryUsage().arrayBuffers;

  for await (const text of readLines(stream(endless()), 10_000)) {
    count += text.length === 2_000 ? 1 : 0;
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }

  expect(count).toBe(50_000);
  expect(most).toBeLessThan(20_000_000);
});
