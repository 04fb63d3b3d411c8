import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeProgram } from "../../src/cli/main.ts";
import { listCommands } from "../../src/cli/completion/command-tree.ts";
import { openCommandLine } from "./command-line.ts";

const line = openCommandLine();
const shells = ["bash", "zsh", "fish"] as const;

beforeAll(async () => {
  for (const shell of shells) {
    const { stdout } = await line.run(["completion", shell], { cwd: line.folder });
    writeFileSync(scriptOf(shell), stdout);
  }
  writeFileSync(join(line.folder, "plan one.json"), "{}");
});

afterAll(() => line.close());

test("bash knows a function for aas", () => {
  expect(askBash("complete -p aas")).toBe("complete -F _aas aas");
});

test.each([
  [["aas", "ta"], ["task"]],
  [
    ["aas", "task", ""],
    ["list", "add", "decompose", "show", "--help"],
  ],
  [["aas", "automate", "ap"], ["approve"]],
  [["aas", "task", "add", "--p"], ["--priority"]],
  [["aas", "task", "add", "--priority", "u"], ["urgent"]],
  [
    ["aas", "automate", "--priority", ""],
    ["urgent", "high", "medium", "low"],
  ],
  [["aas", "automate", "--budget", ""], []],
  [["aas", "automate", "--plan", "plan"], ["plan one.json"]],
  [["aas", "db", "import", "plan"], ["plan one.json"]],
  [["aas", "completion", "z"], ["zsh"]],
  [["aas", "--json", "config", "sh"], ["show"]],
  [["aas", "nothing-like-this", "x"], []],
])("bash offers for %j: %j", (words, expected) => {
  const script = `COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _aas; printf '%s\\n' "\${COMPREPLY[@]}"`;

  const offered = askBash(script, words).split("\n");

  expect(offered.filter((word) => word !== "")).toEqual(expected);
});

test("every command and every option of the program is offered at its place", () => {
  const commands = listCommands(makeProgram());

  const missing = commands.flatMap(({ path, children, options }) => {
    const script = `COMP_WORDS=(aas ${path} ''); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _aas; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const offered = askBash(script).split("\n");
    return [...children, ...options]
      .map(({ name }) => name)
      .filter((name) => !offered.includes(name))
      .map((name) => `${path}: ${name}`);
  });

  expect(commands.length).toBeGreaterThan(25);
  expect(missing).toEqual([]);
});

test.for(shells)("%s accepts the script, where that shell is there", (shell, { skip }) => {
  const { error, status, stderr } = spawnSync(shell, ["-n", scriptOf(shell)], { encoding: "utf8" });
  if (error !== undefined) skip(`${shell} is not installed`);

  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

test("a shell that nobody knows is refused with those that are known", async () => {
  const { code, document } = await line.runJson(["completion", "cmd"], { cwd: line.folder });

  expect(code).toBe(2);
  expect(document.error).toMatchObject({
    code: "usage",
    message: expect.stringContaining('"cmd"'),
    fix: "Use bash, zsh, fish.",
  });
});

function scriptOf(shell: string): string {
  return join(line.folder, `aas.${shell}`);
}

/** What a bash prints that has read the script; it sees nothing of the user's own settings. */
function askBash(script: string, args: readonly string[] = []): string {
  const command = `source "$0"; ${script}`;
  const { stdout, stderr } = spawnSync("bash", ["--norc", "-c", command, scriptOf("bash"), ...args], {
    cwd: line.folder,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  return stdout.trim();
}
