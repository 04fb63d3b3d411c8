import { expect, test } from "vitest";
import { bugNames } from "./planted-bugs.ts";
import { canceledTooLate, canceledWhileSent, retriedTooSoon, shortStories } from "./short-stories.ts";

const patience = { timeout: 120_000 };

for (const bug of bugNames) {
  const { promise, tell } = shortStories[bug];

  test(`${bug}: the checker sees that "${promise}" is broken`, patience, async () => {
    const broken = await tell(bug);

    expect(broken.map((each) => each.promise)).toContain(promise);
  });

  test(`without the bug of ${bug} the same story keeps it`, patience, async () => {
    const broken = await tell(null);

    expect(broken.filter((each) => each.promise === promise)).toEqual([]);
  });
}

test("a run that is canceled when its commit is on the base already has landed", patience, async () => {
  const broken = await canceledTooLate.tell(null);

  expect(broken).toEqual([]);
});

test.each(["before", "after"] as const)(
  "a batch of a run that is canceled while it is sent comes to its end, though one dies %s calling it off",
  patience,
  async (when) => {
    expect(await canceledWhileSent(when).tell(null)).toEqual([]);
  },
);

test(
  "a run that got another round is not failed again by what is left of the round before",
  patience,
  async () => {
    expect(await retriedTooSoon.tell(null)).toEqual([]);
  },
);
