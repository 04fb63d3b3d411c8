import { makeId } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import type { Task } from "../../domain/task.ts";
import type { Stores } from "../../ports/database.ts";
import type { Project } from "../../ports/project-store.ts";
import { sampleProject, sampleRun, sampleTask } from "../samples.ts";

export interface SampleFamily {
  /** The unique part of this family's ids. */
  readonly unique: string;
  readonly project: Project;
  readonly run: Run;
  readonly task: Task;
}

let families = 0;

/** A stored project with one run and one task, apart from those of every other test. */
export async function insertFamily(stores: Stores): Promise<SampleFamily> {
  families += 1;
  const unique = `f${String(families).padStart(4, "0")}`;
  const project = sampleProject({ id: makeId("prj", unique) });
  const run = sampleRun({ id: makeId("run", unique), projectId: project.id });
  const task = sampleTask({ id: makeId("tsk", unique), projectId: project.id, runId: run.id });
  await stores.projects.insert(project);
  await stores.runs.insert(run);
  await stores.tasks.insert(task);
  return { unique, project, run, task };
}
