import { expect, test } from "vitest";
import type { LogFields } from "../../ports/logger.ts";
import { Troubles } from "./troubles.ts";

const spot = { message: "a duty of the worker failed", about: { duty: "board" } };

function lab(): {
  readonly lines: readonly (readonly [string, LogFields])[];
  readonly troubles: Troubles;
  readonly clock: { putForward(milliseconds: number): void };
} {
  const lines: (readonly [string, LogFields])[] = [];
  const write = (fields: LogFields, message: string): void => void lines.push([message, fields]);
  const log = { debug: write, info: write, warn: write, error: write };
  let now = 0;
  const clock = {
    now: () => new Date(now),
    putForward: (milliseconds: number) => void (now += milliseconds),
  };
  return { lines, clock, troubles: new Troubles({ log, clock }) };
}

test("what fails five times a second for a night is told some twenty times, and how often it was", () => {
  const { troubles, lines, clock } = lab();
  const tries = 8 * 60 * 60 * 5;

  for (let tried = 0; tried < tries; tried += 1) {
    troubles.failed(spot, "no database");
    clock.putForward(200);
  }

  expect(lines.length).toBeLessThan(20);
  expect(lines[0]).toEqual([spot.message, { duty: "board", error: "no database" }]);
  expect(lines[1]).toEqual([spot.message, { duty: "board", times: 301, error: "no database" }]);
});

test("that it is over is told once, with how long it lasted, and the next time is told at once", () => {
  const { troubles, lines, clock } = lab();
  troubles.failed(spot, "no database");
  clock.putForward(1_000);
  troubles.failed(spot, "no database");

  troubles.wentWell(spot);
  troubles.wentWell(spot);
  troubles.failed(spot, "another");

  expect(lines.slice(1)).toEqual([
    ["it goes well again", { duty: "board", after: spot.message, times: 2, lastedMs: 1_000 }],
    [spot.message, { duty: "board", error: "another" }],
  ]);
});

test("one trouble hides no other", () => {
  const { troubles, lines } = lab();

  troubles.failed(spot, "no database");
  troubles.failed({ ...spot, about: { duty: "signals" } }, "no database");

  expect(lines.map(([, fields]) => fields["duty"])).toEqual(["board", "signals"]);
});
