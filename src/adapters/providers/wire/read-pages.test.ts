import { expect, test } from "vitest";
import { isBackBefore, readPages } from "./read-pages.ts";

const time = new Date("2026-01-01T00:00:00Z");

function at(...seconds: readonly (number | null)[]): readonly { readonly createdAt: Date | null }[] {
  return seconds.map((each) => ({
    createdAt: each === null ? null : new Date(time.getTime() + each * 1000),
  }));
}

test.each([
  ["is older, and goes backwards", at(-1, -2, -3), true],
  ["is partly newer", at(1, -1, -2), false],
  ["is exactly of that time", at(0, -1), false],
  ["goes forwards", at(-3, -2, -1), false],
  ["does not show where it goes", at(-1, -1), false],
  ["has one thing", at(-1), false],
  ["is empty", [], false],
  ["holds something without a time", at(-1, null, -2), false],
])("a page that %s", (_, items, expected) => {
  expect(isBackBefore(items, time)).toBe(expected);
});

test("pages are read one after the other, up to the last or to the one that is enough", async () => {
  const pages = [1, 2, 3].map((item) => ({ items: [item], next: item === 3 ? null : `${item}` }));
  function read(isEnough: (items: readonly number[]) => boolean): Promise<readonly number[] | null> {
    return readPages(async (cursor) => pages[Number(cursor ?? 0)] ?? { items: [], next: null }, isEnough);
  }

  expect(await read(() => false)).toEqual([1, 2, 3]);
  expect(await read((items) => items.includes(2))).toEqual([1, 2]);
});

test("a list without an end proves nothing, and one that repeats itself has ended", async () => {
  let page = 0;

  expect(
    await readPages(
      async () => ({ items: [1], next: `${(page += 1)}` }),
      () => false,
    ),
  ).toBeNull();
  expect(
    await readPages(
      async () => ({ items: [1], next: "same" }),
      () => false,
    ),
  ).toEqual([1, 1]);
});
