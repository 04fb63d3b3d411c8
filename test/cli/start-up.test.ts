import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "aas-start-up-"));
const program = new URL("../../bin/aas.mjs", import.meta.url).pathname;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("help loads commander and the names of the commands, and none of what they do", () => {
  const loaded = modulesLoadedBy(["--help"]);

  const packages = new Set(
    loaded.flatMap((url) => /node_modules\/(?<name>[^/]+)/u.exec(url)?.groups?.["name"] ?? []),
  );
  const own = loaded.flatMap((url) => /\/src\/(?<path>.+)$/u.exec(url)?.groups?.["path"] ?? []);
  expect([...packages]).toEqual(["commander"]);
  expect(own.toSorted()).toEqual([
    "cli/commands/automate-commands.ts",
    "cli/commands/batch-commands.ts",
    "cli/commands/project-commands.ts",
    "cli/exit-codes.ts",
    "cli/main.ts",
    "cli/register.ts",
    "cli/render/paint.ts",
    "cli/render/visible-text.ts",
    "cli/run-command.ts",
    "cli/terminal.ts",
    "domain/errno-code.ts",
    "domain/errors.ts",
    "domain/full-disk.ts",
    "domain/priority.ts",
  ]);
});

test("completion needs no more than help does, and its own renderers", () => {
  const own = modulesLoadedBy(["completion", "bash"]).filter((url) => url.includes("/src/"));

  expect(own.filter((url) => /\/(?:app|adapters|pipeline|config)\//u.test(url))).toEqual([]);
});

/** Addresses of the modules that a call loads, as Node's own loader tells them. */
function modulesLoadedBy(args: readonly string[]): readonly string[] {
  const list = join(folder, "modules");
  const hook = join(folder, "hook.mjs");
  writeFileSync(list, "");
  writeFileSync(
    hook,
    `import { registerHooks } from "node:module"; import { appendFileSync } from "node:fs";
     registerHooks({ load(url, context, next) { appendFileSync(${JSON.stringify(list)}, url + "\\n"); return next(url, context); } });`,
  );
  const { status, stderr } = spawnSync(process.execPath, ["--import", hook, program, ...args], {
    encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return readFileSync(list, "utf8")
    .split("\n")
    .filter((url) => url.startsWith("file:"));
}
