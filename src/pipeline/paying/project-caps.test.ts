import { expect, test } from "vitest";
import type { ProjectCaps } from "../../domain/money/budget.ts";
import type { Json } from "../../domain/json.ts";
import { databaseOfFile } from "../../testing/stores/database-of-file.ts";
import { sampleProject, sampleRun } from "../../testing/samples.ts";
import { keepProjectCaps, readProjectCaps } from "./project-caps.ts";

const database = databaseOfFile();

test("the newest caps count for every run, and kept ones that cannot be read are an error and not no cap", async () => {
  const { projects } = database();
  const project = sampleProject();
  const run = sampleRun();
  await projects.insert(project);
  const caps: ProjectCaps = {
    project: { limitMicroUsd: 9_000_000, warnMicroUsd: null },
    day: { limitMicroUsd: null, warnMicroUsd: 1 },
  };

  await keepProjectCaps({ projects }, project.id, caps);
  expect(await readProjectCaps({ projects }, run)).toEqual(caps);

  const odd: readonly Json[] = [7, {}, { project: { limitMicroUsd: "9", warnMicroUsd: null }, day: {} }];
  for (const kept of odd) {
    await projects.writeNote(project.id, "caps", kept);
    await expect(readProjectCaps({ projects }, run)).rejects.toMatchObject({ code: "internal" });
  }
});
