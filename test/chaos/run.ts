// Tells the story again and again and kills its processes at random, until there were enough kills:
//   npm run chaos -- --kills 200 --seed 7
import { parseArgs } from "node:util";
import { listCrashPoints } from "../../src/app/crash-points/guarded-ports.ts";
import { prepareServerForTests, removeServerForTests } from "../../src/testing/postgres-for-tests.ts";
import { Chance } from "./chance.ts";
import type { BrokenPromise } from "./check-promises.ts";
import { type CrashOrder, crashAfter, crashAt, noCrash } from "./crash-order.ts";
import type { Kill } from "./teller.ts";
import { tellOnce } from "./tell-once.ts";
import { reasonUnreached } from "./unreached-points.ts";
import type { BaseKind } from "./world.ts";

/** So many kills leave a story that still comes to its end. */
const killsPerStory = 40;
/** A worker comes to so many before it has anything to do. */
const pointsOfStart = 12;
/** A machine that is this slow says nothing about promises. */
const longestPerKillMs = 60_000;

const { values } = parseArgs({ options: { kills: { type: "string" }, seed: { type: "string" } } });
const wanted = Number(values.kills ?? 50);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
if (!Number.isInteger(wanted) || wanted < 1 || !Number.isInteger(seed)) {
  process.stderr.write("npm run chaos -- --kills 200 --seed 7\n");
  process.exit(2);
}

const points = listCrashPoints().filter((point) => reasonUnreached(point) === null);
const kills: Kill[] = [];
const broken: BrokenPromise[] = [];
const deadline = setTimeout(() => {
  say(`not done after ${(wanted * longestPerKillMs) / 60_000} minutes (seed ${seed})`);
  process.exit(1);
}, wanted * longestPerKillMs);

say(`seed ${seed}`);
await prepareServerForTests();
try {
  await Promise.all([tellOn("own", new Chance(seed)), tellOn("remote", new Chance(seed + 1))]);
} finally {
  clearTimeout(deadline);
  await removeServerForTests();
}
for (const { promise, what } of broken) say(`BROKEN ${promise}: ${what}`);
const distinct = new Set(kills.map((kill) => kill.lastPoint)).size;
say(`seed ${seed}`);
say(`${kills.length} kills over ${distinct} points, ${broken.length} broken promises`);
process.exit(broken.length === 0 ? 0 : 1);

async function tellOn(kind: BaseKind, chance: Chance): Promise<void> {
  while (kills.length < wanted && broken.length === 0) {
    let left = killsPerStory;
    const end = await tellOnce(kind, () => ({
      nextOrder: (process) => {
        left -= 1;
        return left < 0 || kills.length >= wanted ? noCrash : drawOrder(process, chance);
      },
      onKill: (kill) => noteKill(kind, kill),
    }));
    broken.push(...end.broken);
  }
}

/** Workers die at a moment, at a point by name, or wherever they have got to. Most commands are left in peace. */
function drawOrder(process: "worker" | "command", chance: Chance): CrashOrder {
  if (process === "command" && chance.below(4) > 0) return noCrash;
  if (process === "command") return crashAt("any", 4 + chance.below(6));
  switch (chance.below(4)) {
    case 0:
      return crashAfter(chance.below(2_500));
    case 1: {
      const point = points[chance.below(points.length)] ?? "";
      return { ...crashAt(point, 1 + chance.below(2)), killAfterMs: 3_000 };
    }
    default:
      return crashAt("any", pointsOfStart + chance.below(24));
  }
}

/** A process that had not begun to work when it was killed is not counted. */
function noteKill(kind: BaseKind, kill: Kill): void {
  const { process, pid, order, lastPoint, hadOpenRun } = kill;
  if (lastPoint === null) return;
  kills.push(kill);
  const work = hadOpenRun ? "a run was open" : "no run was open";
  say(
    `${kills.length} ${kind} ${process} ${pid} was alive, and died after ${lastPoint} (told: ${order}); ${work}`,
  );
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
