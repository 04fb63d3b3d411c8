import { afterEach, beforeEach, describe } from "vitest";
import type { Git } from "../ports/git.ts";
import { mergesWithoutCheckout } from "./git-merging.ts";
import { readsCommits } from "./git-reading.ts";
import { movesRefs } from "./git-refs.ts";
import { type GitPlace, type GitWorld, openGitWorld } from "./git-world.ts";
import { writesWithoutCheckout } from "./git-writing.ts";

/** What every `Git` must do, over real repositories. */
export function describeGit(name: string, open: (place: GitPlace) => Promise<Git & AsyncDisposable>): void {
  describe(`${name} is a Git`, () => {
    let world: GitWorld;
    const current = (): GitWorld => world;

    beforeEach(async () => {
      world = await openGitWorld(open);
    });

    afterEach(() => world[Symbol.asyncDispose]());

    describe("reading", () => {
      readsCommits(current);
    });
    describe("refs", () => {
      movesRefs(current);
    });
    describe("writing without a checkout", () => {
      writesWithoutCheckout(current);
    });
    describe("merging without a checkout", () => {
      mergesWithoutCheckout(current);
    });
  });
}
