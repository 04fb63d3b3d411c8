import { expect, test } from "vitest";
import { pullCommand } from "./pull-command.ts";

test("what is on a remote is pulled from there, and what is ours is fetched before it is merged", () => {
  expect(pullCommand("origin", "main")).toBe("git pull --ff-only origin main");
  expect(pullCommand(null, "main")).toBe("git fetch aas && git merge --ff-only aas/main");
});
