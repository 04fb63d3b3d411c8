import { brought } from "./author.ts";
import { type BrokenPromise, checkPromises } from "./check-promises.ts";
import { observe } from "./observe.ts";
import { tellStory } from "./story.ts";
import { Stuck, type Kill, Teller, type TellerOptions } from "./teller.ts";
import type { ToldEvent } from "./told.ts";
import { type BaseKind, openWorld, type World } from "./world.ts";

export interface StoryEnd {
  readonly kills: readonly Kill[];
  readonly broken: readonly BrokenPromise[];
  readonly events: readonly ToldEvent[];
}

const attemptCap = 2;

/** The whole story in a world of its own, and what came of the promises. */
export async function tellOnce(kind: BaseKind, options: (world: World) => TellerOptions): Promise<StoryEnd> {
  await using world = await openWorld(kind);
  await using teller = new Teller(world, options(world));
  const told = await tellStory(world, teller).catch((error: unknown) => {
    if (error instanceof Stuck) return error;
    throw error;
  });
  const people = told instanceof Stuck ? [] : told;
  const observed = await observe(world, teller.lastWorker);
  const broken = checkPromises(observed, { people, brought, attemptCap });
  const stuck = told instanceof Stuck ? [{ promise: "work goes on", what: told.message }] : [];
  return { kills: teller.kills, broken: [...stuck, ...broken], events: observed.events };
}
