import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listCrashPoints } from "../../src/app/crash-points/guarded-ports.ts";
import { crashAtNewPoint } from "./crash-order.ts";
import { type StoryEnd, tellOnce } from "./tell-once.ts";
import { reasonUnreached } from "./unreached-points.ts";
import type { BaseKind } from "./world.ts";

const points = listCrashPoints();
const reachable = points.filter((point) => reasonUnreached(point) === null);

/** Points that only one kind of base has; the others are shared between the two worlds. */
const only: Readonly<Record<BaseKind, RegExp>> = { own: /^checkout\./u, remote: /^git\.push/u };

test("every crash point is known, and there is a reason for each that is left out", () => {
  expect(points.length).toBeGreaterThan(200);
  expect(reachable.length).toBeGreaterThan(120);
});

test("a kill at every crash point breaks no promise", { timeout: 600_000 }, async () => {
  const ends = await Promise.all([killAtEvery("own"), killAtEvery("remote")]);
  const kills = ends.flatMap((end) => end.kills);
  const hit = new Set(kills.map((kill) => kill.lastPoint));

  expect(ends.flatMap((end) => end.broken)).toEqual([]);
  expect(reachable.filter((point) => !hit.has(point))).toEqual([]);
  expect(kills.filter((kill) => kill.lastPoint === null)).toEqual([]);
  expect(kills.filter((kill) => kill.process === "worker" && kill.hadOpenRun).length).toBeGreaterThan(80);
});

async function killAtEvery(kind: BaseKind): Promise<StoryEnd> {
  return tellOnce(kind, (world) => {
    const knownFile = join(world.folder, "known-points");
    writeFileSync(knownFile, `${points.filter((point) => !isOf(kind, point)).join("\n")}\n`);
    return { nextOrder: () => crashAtNewPoint(knownFile) };
  });
}

/** Before and after an effect belong to one world. */
function isOf(kind: BaseKind, point: string): boolean {
  if (Object.values(only).some((pattern) => pattern.test(point))) return only[kind].test(point);
  return Math.floor(points.indexOf(point) / 2) % 2 === (kind === "own" ? 0 : 1);
}
