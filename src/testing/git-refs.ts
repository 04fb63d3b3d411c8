import { expect, test } from "vitest";
import { main, unknown, type GitWorld } from "./git-world.ts";

/** How refs are moved: only from where they were expected. */
export function movesRefs(world: () => GitWorld): void {
  test("a ref is created, moved and deleted only from where it was expected", async () => {
    const { commitOn, first, git } = world();
    const next = await commitOn(first, { "a.txt": "x" });
    const ref = "refs/aas/run/1";

    expect(await git.updateRef(ref, { expected: first, next })).toBe(false);
    expect(await git.updateRef(ref, { expected: null, next: first })).toBe(true);
    expect(await git.updateRef(ref, { expected: null, next })).toBe(false);
    expect(await git.updateRef(ref, { expected: first, next })).toBe(true);
    expect(await git.updateRef(ref, { expected: first, next: first })).toBe(false);
    expect(await git.listRefs("refs/aas/")).toEqual(new Map([[ref, next]]));
    expect(await git.updateRef(ref, { expected: first, next: null })).toBe(false);
    expect(await git.updateRef(ref, { expected: next, next: null })).toBe(true);
    expect(await git.resolve(ref)).toBeNull();
    expect(await git.updateRef(ref, { expected: null, next: null })).toBe(true);
  });

  test("of many that move one ref at once, one wins", async () => {
    const { commitOn, first, git } = world();
    const candidates = await Promise.all(
      Array.from({ length: 8 }, (_, index) => commitOn(first, { "a.txt": `${index}` })),
    );

    const wins = await Promise.all(candidates.map((next) => git.updateRef(main, { expected: first, next })));

    expect(wins.filter(Boolean)).toHaveLength(1);
    expect(await git.resolve(main)).toBe(candidates[wins.indexOf(true)]);
  });

  test("a ref cannot point at nothing", async () => {
    const { git } = world();
    await expect(git.updateRef("refs/aas/x", { expected: null, next: unknown })).rejects.toMatchObject({
      code: "git_failed",
    });
    expect(await git.resolve("refs/aas/x")).toBeNull();
  });
}
