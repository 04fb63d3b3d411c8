import { expect, test } from "vitest";
import { author, main, unknown, type GitWorld } from "./git-world.ts";

/** How changes come together where no files are checked out. */
export function mergesWithoutCheckout(world: () => GitWorld): void {
  test("changes of both sides come together", async () => {
    const { commitOn, first, git } = world();
    const ours = await commitOn(first, { "a.txt": "0\n1\n2\n3\n" });
    const theirs = await commitOn(first, { "lib/b.txt": "B\n", "a.txt": "1\n2\n3\n4\n" });

    const merged = await git.mergeTrees({ ours, theirs });

    const expected = await commitOn(ours, { "a.txt": "0\n1\n2\n3\n4\n", "lib/b.txt": "B\n" });
    expect(merged).toEqual({ kind: "clean", tree: await git.treeOf(expected) });
  });

  test("a conflict names its files, whatever they are called", async () => {
    const { git, source } = world();
    const start = source.commit("odd names", { "ü ☃.txt": "1", "new\nline": "1" });
    await git.fetch(source.folder, [[main, main]]);
    source.commit("ours", { "ü ☃.txt": "2", "new\nline": "2", "a.txt": "ours" });
    await git.fetch(source.folder, [[main, "refs/heads/ours"]]);
    source.git("reset", "--quiet", "--hard", start);
    source.commit("theirs", { "ü ☃.txt": "3", "new\nline": null, "lib/b.txt": "theirs" });
    await git.fetch(source.folder, [[main, "refs/heads/theirs"]]);
    const [ours, theirs] = [await git.resolve("refs/heads/ours"), await git.resolve("refs/heads/theirs")];
    if (ours === null || theirs === null) throw new Error("The sides were not fetched.");

    expect(await git.mergeTrees({ ours, theirs })).toEqual({
      kind: "conflict",
      files: ["new\nline", "ü ☃.txt"],
    });
  });

  test("a squash commit is reverted by a merge whose base it is", async () => {
    const { commitOn, first, git } = world();
    const squash = await commitOn(first, { "lib/b.txt": "squashed\n", "new.txt": "new\n" });
    const later = await commitOn(squash, { "a.txt": "later\n" });

    const reverted = await git.mergeTrees({ ours: later, theirs: first, base: squash });
    const blocked = await git.mergeTrees({
      ours: await commitOn(later, { "lib/b.txt": "edited since\n" }),
      theirs: first,
      base: squash,
    });

    expect(reverted).toEqual({
      kind: "clean",
      tree: await git.treeOf(await commitOn(first, { "a.txt": "later\n" })),
    });
    expect(blocked).toEqual({ kind: "conflict", files: ["lib/b.txt"] });
  });

  test("what cannot be merged is an error, and the next merge works", async () => {
    const { first, git } = world();
    const alone = await git.createCommit({
      tree: await git.treeOf(first),
      parents: [],
      message: "alone",
      author,
    });

    await expect(git.mergeTrees({ ours: first, theirs: unknown })).rejects.toMatchObject({
      code: "not_found",
    });
    await expect(git.mergeTrees({ ours: first, theirs: alone })).rejects.toMatchObject({
      code: "base_diverged",
    });
    expect(await git.mergeTrees({ ours: first, theirs: first })).toMatchObject({ kind: "clean" });
  });
}
