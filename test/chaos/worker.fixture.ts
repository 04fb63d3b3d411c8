import { openControl } from "../../src/app/project/open-control.ts";
import { openProject } from "../../src/app/project/open-project.ts";
import { work } from "../../src/app/worker/run-project-worker.ts";
import { takeWorkerLock } from "../../src/app/worker/worker-process.ts";
import { chaosModel } from "./chaos-model.ts";
import { plantBug } from "./planted-bugs.ts";

/**
 * A worker over the product's own composition; only the model's words are the story's. It dies where its environment
 * says, and with its parent in any case.
 */
const {
  AAS_CHAOS_PROJECT = "",
  AAS_CHAOS_GATES = "",
  AAS_CHAOS_JOURNAL = "",
  AAS_CHAOS_BUG = "",
} = process.env;
const stop = new AbortController();
process.on("SIGTERM", () => stop.abort());
process.stdin.on("end", () => process.exit(1)).resume();

await using project = await openProject(AAS_CHAOS_PROJECT, process.env);
const lock = takeWorkerLock(project.home);
await using control = await openControl(project, async () =>
  chaosModel({ gates: AAS_CHAOS_GATES, journal: AAS_CHAOS_JOURNAL }),
);
await work(plantBug(control, AAS_CHAOS_BUG), {
  buildConcurrency: 2,
  stop: stop.signal,
  idleExitMs: null,
  terminal: null,
});
lock?.release();
process.exit(0);
