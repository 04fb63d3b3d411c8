import { chmodSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { main, unknown, type GitWorld } from "./git-world.ts";

/** How commits, trees and files are read. */
export function readsCommits(world: () => GitWorld): void {
  test("a ref is found by its full name, and only by that", async () => {
    const { first, git } = world();
    expect(await git.resolve(main)).toBe(first);
    expect(await git.resolve("refs/heads/other")).toBeNull();
    expect(await git.resolve(`refs/heads/main-g${first.slice(0, 7)}`)).toBeNull();
    await expect(git.resolve("HEAD")).rejects.toMatchObject({ code: "not_allowed" });
  });

  test("a commit tells its tree, parents and message", async () => {
    const { first, git, source } = world();
    const second = source.commit("feat: title\n\nBody.\n\nAas-Task: AAS-1", { "a.txt": "x\n" });
    await git.fetch(source.folder, [[main, main]]);

    expect(await git.treeOf(second)).toBe(source.git("rev-parse", "HEAD^{tree}"));
    expect(await git.parentsOf(second)).toEqual([first]);
    expect(await git.parentsOf(first)).toEqual([]);
    expect(await git.messageOf(second)).toBe("feat: title\n\nBody.\n\nAas-Task: AAS-1\n");
    expect(await git.commitsBetween(first, second)).toEqual([
      { sha: second, title: "feat: title", body: "Body.\n\nAas-Task: AAS-1", author: "Fixture" },
    ]);
    expect((await git.commitsBetween(null, second)).map(({ sha }) => sha)).toEqual([first, second]);
  });

  test("an unknown commit is an error with a name", async () => {
    const { git } = world();
    await expect(git.treeOf(unknown)).rejects.toMatchObject({ code: "not_found" });
    await expect(git.readFile(unknown, "a.txt")).rejects.toMatchObject({ code: "not_found" });
  });

  test("ancestry is known", async () => {
    const { commitOn, first, git } = world();
    const second = await commitOn(first, { "a.txt": "x" });
    const beside = await commitOn(first, { "a.txt": "y" });

    expect(await git.isAncestor(first, second)).toBe(true);
    expect(await git.isAncestor(first, first)).toBe(true);
    expect(await git.isAncestor(second, first)).toBe(false);
    expect(await git.isAncestor(second, beside)).toBe(false);
  });

  test("files are listed with kind and size, whatever their names", async () => {
    const { git, source } = world();
    const head = source.commit("odd names", {
      "-dash": "1",
      "new\nline": "22",
      "ünï ☃": "333",
      link: { link: "../outside" },
      "a.txt": null,
      lib: null,
    });
    await git.fetch(source.folder, [[main, main]]);

    const files = await git.listFiles(head);

    expect(files.map(({ path, kind, size }) => [path, kind, size])).toEqual([
      ["-dash", "file", 1],
      ["link", "symlink", 10],
      ["new\nline", "file", 2],
      ["run.sh", "executable", 10],
      ["ünï ☃", "file", 3],
    ]);
    expect((await git.readFile(head, "new\nline"))?.toString()).toBe("22");
    expect((await git.readFile(head, "ünï ☃"))?.toString()).toBe("333");
    expect((await git.readFile(head, "-dash"))?.toString()).toBe("1");
    await expect(git.readFile(head, "link")).rejects.toMatchObject({ code: "not_allowed" });
  });

  test("only plain files are read", async () => {
    const { first, git } = world();
    expect((await git.readFile(first, "lib/b.txt"))?.toString()).toBe("b\n");
    expect(await git.readFile(first, "lib/none")).toBeNull();
    expect(await git.readFile(first, "a.txt/none")).toBeNull();
    expect(await git.readFile(first, "lib/../a.txt")).toBeNull();
    await expect(git.readFile(first, "lib")).rejects.toMatchObject({ code: "not_allowed" });
  });

  test("changes between two commits", async () => {
    const { first, git, source } = world();
    const second = source.commit("all kinds of changes", {
      "a.txt": "1\n2\n",
      "lib/b.txt": null,
      "run.sh": { link: "a.txt" },
      ":100644 odd": "x\n",
      "new.sh": { executable: "1\n2\n" },
    });
    chmodSync(join(source.folder, "a.txt"), 0o755);
    const third = source.commit("mode only");
    await git.fetch(source.folder, [[main, main]]);

    const changes = await git.changedFiles(first, second);

    expect(
      changes.map((each) => [
        each.path,
        each.change,
        each.kindBefore,
        each.kindAfter,
        each.linesAdded,
        each.linesRemoved,
      ]),
    ).toEqual([
      [":100644 odd", "added", null, "file", 1, 0],
      ["a.txt", "modified", "file", "file", 0, 1],
      ["lib/b.txt", "deleted", "file", null, 0, 1],
      ["new.sh", "added", null, "executable", 2, 0],
      ["run.sh", "type_changed", "executable", "symlink", 1, 1],
    ]);
    expect(await git.changedFiles(second, third)).toMatchObject([
      { path: "a.txt", change: "modified", kindBefore: "file", kindAfter: "executable", linesAdded: 0 },
    ]);
    expect(await git.diff(first, second)).toContain("\n@@ -1,3 +1,2 @@\n 1\n 2\n-3\n");
    expect(await git.diff(first, first)).toBe("");
  });
}
