import { chmodSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { toSha } from "../domain/ids.ts";
import type { Sha } from "../domain/ids.ts";
import type { Git, NewCommit } from "../ports/git.ts";
import { createRepository, temporaryFolder } from "./git-fixtures.ts";
import type { FixtureRepository } from "./git-fixtures.ts";

export interface GitPlace {
  readonly mirrorFolder: string;
  readonly worktreeRoot: string;
}

const author = { name: "Ada", email: "ada@example.com", at: new Date("2026-02-03T04:05:06Z") };
const main = "refs/heads/main";
const unknown = toSha("1234567890123456789012345678901234567890");

/** What every `Git` must do, over real repositories. */
export function describeGit(name: string, open: (place: GitPlace) => Promise<Git & AsyncDisposable>): void {
  describe(`${name} is a Git`, () => {
    let folder: ReturnType<typeof temporaryFolder>;
    let git: Git & AsyncDisposable;
    let source: FixtureRepository;
    let first: Sha;

    beforeEach(async () => {
      folder = temporaryFolder();
      git = await open({
        mirrorFolder: join(folder.path, "mirror"),
        worktreeRoot: join(folder.path, "trees"),
      });
      source = createRepository(join(folder.path, "source"), {
        files: { "a.txt": "1\n2\n3\n", "lib/b.txt": "b\n", "run.sh": { executable: "#!/bin/sh\n" } },
      });
      first = source.head();
      await git.fetch(source.folder, [[main, main]]);
    });

    afterEach(async () => {
      await git[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    });

    function commitOn(
      parent: Sha,
      files: Readonly<Record<string, string | null>>,
      message = "feat: x",
    ): Promise<Sha> {
      const contents = new Map(
        Object.entries(files).map(([path, text]) => [path, text === null ? null : Buffer.from(text)]),
      );
      return git
        .writeTree(parent, contents)
        .then((tree) => git.createCommit({ tree, parents: [parent], message, author }));
    }

    describe("reading", () => {
      test("a ref is found by its full name, and only by that", async () => {
        expect(await git.resolve(main)).toBe(first);
        expect(await git.resolve("refs/heads/other")).toBeNull();
        expect(await git.resolve(`refs/heads/main-g${first.slice(0, 7)}`)).toBeNull();
        await expect(git.resolve("HEAD")).rejects.toMatchObject({ code: "not_allowed" });
      });

      test("a commit tells its tree, parents and message", async () => {
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
        await expect(git.treeOf(unknown)).rejects.toMatchObject({ code: "not_found" });
        await expect(git.readFile(unknown, "a.txt")).rejects.toMatchObject({ code: "not_found" });
      });

      test("ancestry is known", async () => {
        const second = await commitOn(first, { "a.txt": "x" });
        const beside = await commitOn(first, { "a.txt": "y" });

        expect(await git.isAncestor(first, second)).toBe(true);
        expect(await git.isAncestor(first, first)).toBe(true);
        expect(await git.isAncestor(second, first)).toBe(false);
        expect(await git.isAncestor(second, beside)).toBe(false);
      });

      test("files are listed with kind and size, whatever their names", async () => {
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
        expect((await git.readFile(first, "lib/b.txt"))?.toString()).toBe("b\n");
        expect(await git.readFile(first, "lib/none")).toBeNull();
        expect(await git.readFile(first, "a.txt/none")).toBeNull();
        expect(await git.readFile(first, "lib/../a.txt")).toBeNull();
        await expect(git.readFile(first, "lib")).rejects.toMatchObject({ code: "not_allowed" });
      });

      test("changes between two commits", async () => {
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
    });

    describe("refs", () => {
      test("a ref is created, moved and deleted only from where it was expected", async () => {
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
        const candidates = await Promise.all(
          Array.from({ length: 8 }, (_, index) => commitOn(first, { "a.txt": `${index}` })),
        );

        const wins = await Promise.all(
          candidates.map((next) => git.updateRef(main, { expected: first, next })),
        );

        expect(wins.filter(Boolean)).toHaveLength(1);
        expect(await git.resolve(main)).toBe(candidates[wins.indexOf(true)]);
      });

      test("a ref cannot point at nothing", async () => {
        await expect(git.updateRef("refs/aas/x", { expected: null, next: unknown })).rejects.toMatchObject({
          code: "git_failed",
        });
        expect(await git.resolve("refs/aas/x")).toBeNull();
      });
    });

    describe("writing without a checkout", () => {
      test("files are written into a tree, the rest stays", async () => {
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
        const head = await commitOn(first, { "lib.txt": "1", "lib-x": "2", "lib/c": "3" }, "feat: same");
        source.write({ "lib.txt": "1", "lib-x": "2", "lib/c": "3" });
        source.git("add", "--all");
        const tree = source.git("write-tree");

        expect(await git.treeOf(head)).toBe(tree);
        expect(await git.push(source.folder, { ref: "refs/heads/copy", expected: null, next: head })).toEqual(
          {
            kind: "pushed",
          },
        );
        expect(source.git("log", "-1", "--format=%an|%ae|%ad|%cn|%cd|%s", "--date=iso-strict", "copy")).toBe(
          "Ada|ada@example.com|2026-02-03T04:05:06+00:00|Ada|2026-02-03T04:05:06+00:00|feat: same",
        );
        source.git("fsck", "--strict", "--full");
      });

      test("the same commit made twice is one commit", async () => {
        const request: NewCommit = {
          tree: await git.treeOf(first),
          parents: [first],
          message: "again",
          author,
        };

        expect(await git.createCommit(request)).toBe(await git.createCommit(request));
      });

      test("no file is written outside the tree or into git's own folder", async () => {
        for (const path of ["../x", "/x", "a/../x", "", "a\nb", ".git/config", "a/.GIT/hooks/x"]) {
          const files = new Map([[path, Buffer.from("x")]]);
          await expect(git.writeTree(first, files)).rejects.toMatchObject({ code: "not_allowed" });
        }
      });

      test("a file does not silently replace a folder, nor a folder a file", async () => {
        await expect(commitOn(first, { lib: "x" })).rejects.toMatchObject({ code: "conflict" });
        await expect(commitOn(first, { "a.txt/b": "x" })).rejects.toMatchObject({ code: "conflict" });
        const swapped = await commitOn(first, { "lib/b.txt": null, lib: "x", "a.txt": null, "a.txt/b": "y" });
        expect((await git.listFiles(swapped)).map(({ path }) => path)).toEqual(["a.txt/b", "lib", "run.sh"]);
      });

      test("a tree or parent that is not there makes no commit", async () => {
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
    });

    describe("merging without a checkout", () => {
      test("changes of both sides come together", async () => {
        const ours = await commitOn(first, { "a.txt": "0\n1\n2\n3\n" });
        const theirs = await commitOn(first, { "lib/b.txt": "B\n", "a.txt": "1\n2\n3\n4\n" });

        const merged = await git.mergeTrees({ ours, theirs });

        const expected = await commitOn(ours, { "a.txt": "0\n1\n2\n3\n4\n", "lib/b.txt": "B\n" });
        expect(merged).toEqual({ kind: "clean", tree: await git.treeOf(expected) });
      });

      test("a conflict names its files, whatever they are called", async () => {
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
    });
  });
}
