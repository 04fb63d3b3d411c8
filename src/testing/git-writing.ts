import { expect, test } from "vitest";
import type { NewCommit } from "../ports/git.ts";
import { author, unknown, type GitWorld } from "./git-world.ts";

/** How trees and commits are made where no files are checked out. */
export function writesWithoutCheckout(world: () => GitWorld): void {
  test("files are written into a tree, the rest stays", async () => {
    const { commitOn, first, git } = world();
    const head = await commitOn(first, {
      "a.txt": null,
      "run.sh": "new\n",
      "deep/er/c.txt": "c\n",
      "lib/b.txt": null,
    });

    const files = await git.listFiles(head);

    expect(files.map(({ path, kind }) => [path, kind])).toEqual([
      ["deep/er/c.txt", "file"],
      ["run.sh", "executable"],
    ]);
    expect(await git.treeOf(await commitOn(head, { "none.txt": null, "none/x": null }))).toBe(
      await git.treeOf(head),
    );
  });

  test("git itself would have made the same tree and the same commit", async () => {
    const { commitOn, first, git, source } = world();
    const head = await commitOn(first, { "lib.txt": "1", "lib-x": "2", "lib/c": "3" }, "feat: same");
    source.write({ "lib.txt": "1", "lib-x": "2", "lib/c": "3" });
    source.git("add", "--all");
    const tree = source.git("write-tree");

    expect(await git.treeOf(head)).toBe(tree);
    expect(await git.push(source.folder, { ref: "refs/heads/copy", expected: null, next: head })).toEqual({
      kind: "pushed",
    });
    expect(source.git("log", "-1", "--format=%an|%ae|%ad|%cn|%cd|%s", "--date=iso-strict", "copy")).toBe(
      "Ada|ada@example.com|2026-02-03T04:05:06+00:00|Ada|2026-02-03T04:05:06+00:00|feat: same",
    );
    source.git("fsck", "--strict", "--full");
  });

  test("the same commit made twice is one commit", async () => {
    const { first, git } = world();
    const request: NewCommit = {
      tree: await git.treeOf(first),
      parents: [first],
      message: "again",
      author,
    };

    expect(await git.createCommit(request)).toBe(await git.createCommit(request));
  });

  test("no file is written outside the tree or into git's own folder", async () => {
    const { first, git } = world();
    for (const path of ["../x", "/x", "a/../x", "", "a\nb", ".git/config", "a/.GIT/hooks/x"]) {
      const files = new Map([[path, Buffer.from("x")]]);
      await expect(git.writeTree(first, files)).rejects.toMatchObject({ code: "not_allowed" });
    }
  });

  test("a file does not silently replace a folder, nor a folder a file", async () => {
    const { commitOn, first, git } = world();
    await expect(commitOn(first, { lib: "x" })).rejects.toMatchObject({ code: "conflict" });
    await expect(commitOn(first, { "a.txt/b": "x" })).rejects.toMatchObject({ code: "conflict" });
    const swapped = await commitOn(first, { "lib/b.txt": null, lib: "x", "a.txt": null, "a.txt/b": "y" });
    expect((await git.listFiles(swapped)).map(({ path }) => path)).toEqual(["a.txt/b", "lib", "run.sh"]);
  });

  test("a tree or parent that is not there makes no commit", async () => {
    const { first, git } = world();
    const tree = await git.treeOf(first);

    for (const wrong of [
      { tree: unknown, parents: [] },
      { tree, parents: [unknown] },
      { tree: first, parents: [] },
    ]) {
      const request = git.createCommit({ ...wrong, message: "x", author });
      await expect(request).rejects.toMatchObject({ code: "not_found" });
    }
  });
}
