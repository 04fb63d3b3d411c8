import fc from "fast-check";
import { expect, test } from "vitest";
import { sampleSha } from "../testing/samples.ts";
import { base } from "../testing/queue-samples.ts";
import { anyEntries, change, drive, statusesOf, type QueueWorld } from "../testing/queue-world.ts";
import type { Sha } from "./ids.ts";
import { integrationStatus } from "./integration.ts";

test("worked off, a queue leaves only what waits for a person, and lands only what is mergeable", () => {
  fc.assert(
    fc.property(anyEntries, ({ entries, fates }) => {
      const rest = drive({ entries, baseHead: base, made: 0 }, fates, false);

      expect(statusesOf(rest).filter((status) => status !== "waiting_approval")).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test("nobody starves: with a person who answers, and a base that others move, every entry is settled", () => {
  const landed: number[] = [];
  fc.assert(
    fc.property(anyEntries, fc.array(fc.boolean(), { maxLength: 6 }), ({ entries, fates }, moves) => {
      let world: QueueWorld = { entries, baseHead: base, made: 0 };
      for (const [index, isMoved] of [...moves, ...entries.map(() => false)].entries()) {
        const moved = isMoved ? moveBase(world, sampleSha(9_000 + index)) : world;
        world = approveFirst(drive(moved, fates, false));
      }
      const rest = drive(world, fates, false);

      expect(statusesOf(rest)).toEqual([]);
      landed.push(rest.entries.filter((each) => each.outcome?.kind === "landed").length);
    }),
    { numRuns: 200 },
  );

  expect(Math.max(...landed)).toBeGreaterThan(1);
});

function moveBase(world: QueueWorld, baseHead: Sha): QueueWorld {
  return { ...world, baseHead };
}

function approveFirst(world: QueueWorld): QueueWorld {
  const waiting = world.entries.find(
    (each) => integrationStatus(each, world.baseHead) === "waiting_approval",
  );
  return waiting === undefined
    ? world
    : change(world, waiting.id, { approvedSha: waiting.candidate?.sha ?? null });
}

test("frozen, it lands nothing however long it is driven, and goes on when thawed", () => {
  fc.assert(
    fc.property(anyEntries, ({ entries, fates }) => {
      const frozen = drive({ entries, baseHead: base, made: 0 }, fates, true);
      const thawed = drive(frozen, fates, false);

      expect(frozen.entries.filter((each) => each.outcome?.kind === "landed")).toEqual([]);
      expect(statusesOf(thawed).filter((status) => status !== "waiting_approval")).toEqual([]);
    }),
  );
});
