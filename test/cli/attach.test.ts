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
