import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openCommandLine } from "./command-line.ts";
import { examineOn } from "./doctor-looks.ts";

const line = openCommandLine();
const examine = examineOn(line);

// The private server runs already, but where a test says otherwise.
beforeAll(async () => {
  await examine(line.folder);
});

afterAll(() => line.close());

test("outside a repository only the machine is looked at", async () => {
  const { code, document, looks } = await examine(line.folder);

  expect(code).toBe(0);
  expect(document.result.project).toBeNull();
  expect([...looks.keys()]).toEqual([
    "node",
    "git",
    "sandbox",
    "python",
    "agents",
    "state",
    "disk",
    "database",
  ]);
});

test("what is not on PATH is missed, if it is needed", async () => {
  const none = join(line.folder, "no-programs");
  mkdirSync(none, { recursive: true });

  const { code, looks } = await examine(line.folder, [], { PATH: none });

  expect(code).toBe(1);
  expect(looks.get("git")).toMatchObject({ verdict: "fail", detail: "git is not on PATH" });
  expect(looks.get("sandbox")).toMatchObject({ verdict: "fail", detail: "bubblewrap is not installed" });
  expect(looks.get("python")?.verdict).toBe("warn");
  expect(looks.get("agents")).toMatchObject({
    verdict: "ok",
    detail: expect.stringMatching(/^not found claude/u),
  });
});

test("a git that is too old is told from one that is new enough, and an agent that is there is found", async () => {
  const old = join(line.folder, "old-programs");
  mkdirSync(old, { recursive: true });
  for (const [name, text] of [
    ["git", "git version 2.30.2"],
    ["codex", "1.9"],
  ] as const) {
    writeFileSync(join(old, name), `#!/bin/sh\necho "${text}"\n`);
    chmodSync(join(old, name), 0o755);
  }
  symlinkSync("/usr/bin/bwrap", join(old, "bwrap"));

  const { looks } = await examine(line.folder, [], { PATH: old });

  expect(looks.get("git")).toMatchObject({ verdict: "fail", detail: "2.30.2 is too old" });
  expect(looks.get("agents")?.detail).toMatch(/^found codex; not found claude/u);
});

test("a state folder that others may write is warned of, and one that nobody can make is a problem", async () => {
  const open = join(line.folder, "open-state");
  mkdirSync(open);
  chmodSync(open, 0o777);
  const file = join(line.folder, "a-file");
  writeFileSync(file, "");
  const team = { AAS_DATABASE_URL: "postgresql://aas@127.0.0.1:1/aas" };

  const warned = await examine(line.folder, [], { ...team, AAS_STATE_HOME: open });
  const refused = await examine(line.folder, [], { ...team, AAS_STATE_HOME: file });

  expect(warned.looks.get("state")).toMatchObject({ verdict: "warn", cure: `chmod go-w ${open}` });
  expect(refused.looks.get("state")).toMatchObject({
    verdict: "fail",
    cure: expect.stringContaining("AAS_STATE_HOME"),
  });
});

test("a private server that is not running is started for the look, and that is said", async () => {
  const elsewhere = openCommandLine();
  try {
    const first = await examineOn(elsewhere)(elsewhere.folder);
    const second = await examineOn(elsewhere)(elsewhere.folder);

    expect(first.looks.get("database")?.detail).toContain("started for this look");
    expect(second.looks.get("database")?.detail).not.toContain("started");
    expect(existsSync(join(elsewhere.stateFolder, "projects"))).toBe(false);
  } finally {
    await elsewhere.close();
  }
});
