import { expect, test } from "vitest";
import { createRepository, temporaryFolder } from "../../testing/git-fixtures.ts";
import { findProjectHome } from "./project-home.ts";
import { join } from "node:path";

test("a worktree has the folder of ours of the repository it belongs to", () => {
  using scratch = temporaryFolder("aas-home-");
  const repository = createRepository(join(scratch.path, "shop"), { files: { "a.txt": "a" } });
  const worktree = join(scratch.path, "elsewhere");
  repository.git("worktree", "add", "-q", worktree);

  const env = { AAS_STATE_HOME: join(scratch.path, "state") };
  const [main, other] = [findProjectHome(repository.folder, env), findProjectHome(worktree, env)];

  expect(other).toEqual({ ...main, root: other.root });
  expect(other.root).not.toBe(main.root);
});
