import { execFileSync, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { makeId } from "../../src/domain/ids.ts";
import { sampleEvent, sampleRun } from "../../src/testing/samples.ts";
import { openCommandLine } from "./command-line.ts";
import { tellLandedRun } from "./tell-run.ts";

const line = openCommandLine();
afterAll(() => line.close());

test("a run that has ended is told whole, however much the project has seen before it", async () => {
  const todo = line.setUpRepository("todo");
  await using project = await line.openProject(todo);
  const { db, home } = project;
  const busy = { projectId: home.id, id: makeId("run", "busy") };
  await tellLandedRun(project, "early");
  await db.runs.insert(sampleRun(busy));
  const noise = Array.from({ length: 520 }, () => sampleEvent({ projectId: home.id, runId: busy.id }));
  await db.events.append(noise);
  const id = await tellLandedRun(project, "late");
  const told = await db.events.listOfRun(id);

  const { code, stderr } = await line.run(["automate", "attach", id], { cwd: todo.folder });

  expect(code).toBe(0);
  const lines = stderr.split("\n").filter((each) => each.includes(`Z ${id} `));
  expect(lines.map((each) => each.split(" ")[2])).toEqual(told.map(({ type }) => type));
});

const hasScript = spawnSync("script", ["--version"]).status === 0;

test.skipIf(!hasScript)(
  "on a terminal the word that says it has its colour, and nothing else commands it",
  async () => {
    const todo = line.setUpRepository("seen");
    await using project = await line.openProject(todo);
    const id = await tellLandedRun(project, "seen", { goal: "Red \u001B[31malert" });
    const program = fileURLToPath(new URL("../../bin/aas.mjs", import.meta.url));
    const env = {
      PATH: process.env["PATH"] ?? "",
      HOME: line.folder,
      AAS_STATE_HOME: line.stateFolder,
      TERM: "xterm-256color",
    };

    const command = `'${process.execPath}' '${program}' automate attach ${id}`;
    const seen = execFileSync("script", ["-qec", command, "/dev/null"], { cwd: todo.folder, env }).toString();

    expect(seen).toContain("\u001B[32m[done]\u001B[39m");
    expect(seen).toContain("Red ␛[31malert");
  },
);
