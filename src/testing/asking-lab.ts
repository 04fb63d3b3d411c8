import { openPostgresDatabase } from "../adapters/postgres/postgres-database.ts";
import { makeTimeOrderedIds } from "../adapters/system/time-ordered-ids.ts";
import { readPrompts } from "../app/read-prompts.ts";
import { isAasError } from "../domain/errors.ts";
import { makeId, type RunId } from "../domain/ids.ts";
import type { Run } from "../domain/run.ts";
import type { RunPolicy } from "../domain/running/run-policy.ts";
import type { Task } from "../domain/task.ts";
import type { AskingDeps } from "../pipeline/batching/batch-deps.ts";
import { type Driven, driveRequests } from "../pipeline/batching/drive-requests.ts";
import { tellWait } from "../pipeline/driving/tell-wait.ts";
import type { BatchProvider } from "../ports/batch-provider.ts";
import type { Database } from "../ports/database.ts";
import type { IdSource } from "../ports/id-source.ts";
import type { Model } from "../ports/model.ts";
import { databaseForTests } from "./postgres-for-tests.ts";
import { samplePolicy, sampleProject, sampleRun, sampleTask } from "./samples.ts";
import { emptyPriceTable } from "./scripted-model.ts";

/** A clock that stands still until somebody waits; others may have to be told that time passes. */
export interface LabClock {
  now(): Date;
  pass(ms: number): void | Promise<void>;
}

export function labClock(start: Date): LabClock {
  let at = start.getTime();
  return {
    now: () => new Date(at),
    pass: (ms) => {
      at += ms;
    },
  };
}

export interface AskingLabOptions {
  readonly clock: LabClock;
  readonly tasks: readonly Partial<Task>[];
  readonly policy?: Partial<RunPolicy>;
}

/** A run whose tasks are asked about, over the real store: only time is made. */
export interface AskingLab extends AsyncDisposable {
  readonly db: Database;
  readonly databaseUrl: string;
  readonly run: Run;
  readonly tasks: readonly Task[];
  /** One look, as a stage takes it: an outage is no verdict, and is waited for. */
  look(runId: RunId, asked: Asked): Promise<Driven>;
  /** Looks again and again, letting the time pass that each look asks for, until nothing is left or a person is asked. */
  drive(asked: Asked, maxLooks?: number): Promise<Driven>;
}

type Asked = Pick<AskingDeps, "batchProvider" | "model"> & Partial<Pick<AskingDeps, "prices">>;

const enoughLooks = 2_000;
const outageMs = 60_000;
/** What of an id is the time that it was made at. */
const timeDigits = 9;

export async function openAskingLab(options: AskingLabOptions): Promise<AskingLab> {
  const { url, drop } = await databaseForTests();
  const db = await openPostgresDatabase({ url, maxConnections: 4, gateClock: options.clock });
  await storeRun(db, options);
  return makeLab({ db, url, clock: options.clock }, drop);
}

/** The same lab as another process opened, until that one ends it; perhaps with places to die at around its writes. */
export async function joinAskingLab(
  url: string,
  clock: LabClock,
  guarded: (db: Database) => Database = (db) => db,
): Promise<AskingLab> {
  const db = guarded(await openPostgresDatabase({ url, maxConnections: 4, gateClock: clock }));
  return makeLab({ db, url, clock }, async () => {});
}

async function makeLab(
  { db, url, clock }: { readonly db: Database; readonly url: string; readonly clock: LabClock },
  drop: () => Promise<void>,
): Promise<AskingLab> {
  const run = await db.runs.get(sampleRun().id);
  const ids = inOrder(makeTimeOrderedIds(clock));
  const prompts = await readPrompts();
  const shared = { db, clock, ids, prompts, actor: "worker:lab", prices: emptyPriceTable };
  return {
    db,
    databaseUrl: url,
    run,
    tasks: await db.tasks.listOfRun(run.id),
    look: (runId, asked) => lookOnce({ ...shared, ...asked }, runId),
    drive: (asked, maxLooks = enoughLooks) => driveOn({ ...shared, ...asked }, { run, clock, maxLooks }),
    [Symbol.asyncDispose]: async () => {
      await db.close();
      await drop();
    },
  };
}

/** Many things are made in one moment here: so that the same seed brings the same batches, they keep their order. */
function inOrder(ids: IdSource): IdSource {
  let count = 0;
  return {
    next: () => {
      count += 1;
      const id = ids.next();
      return `${id.slice(0, timeDigits)}${count.toString(36).padStart(4, "0")}${id.slice(timeDigits)}`;
    },
  };
}

async function storeRun(db: Database, { tasks, policy, clock }: AskingLabOptions): Promise<void> {
  const project = sampleProject();
  const run = sampleRun({
    projectId: project.id,
    state: { status: "running", stage: "wait" },
    policy: samplePolicy({ batchPollMs: 300_000, batchChunkSize: 20, ...policy }),
    createdAt: clock.now(),
  });
  const stored = tasks.map((task, index) =>
    sampleTask({
      id: makeId("tsk", String(index + 1)),
      projectId: project.id,
      runId: run.id,
      state: { status: "queued" },
      dependsOn: [],
      builder: { kind: "model" },
      ...task,
    }),
  );
  await db.projects.insert(project);
  await db.runs.insert(run);
  for (const task of stored) await db.tasks.insert(task);
}

async function driveOn(
  deps: AskingDeps & { readonly batchProvider: BatchProvider | null; readonly model: Model | null },
  { run, clock, maxLooks }: { readonly run: Run; readonly clock: LabClock; readonly maxLooks: number },
): Promise<Driven> {
  let driven: Driven = { kind: "waiting", lookAgainMs: 0 };
  for (let look = 0; look < maxLooks && driven.kind === "waiting"; look += 1) {
    await clock.pass(driven.lookAgainMs);
    driven = await lookOnce(deps, run.id);
  }
  return driven;
}

/** An outage is no verdict: as a stage does, the lab comes back later. */
async function lookOnce(deps: AskingDeps, runId: RunId): Promise<Driven> {
  try {
    return await driveRequests(deps, runId, new AbortController().signal);
  } catch (error) {
    if (isAasError(error, "provider_unpaid"))
      return { kind: "paused", reason: "money", question: "bill", message: error.message };
    if (isAasError(error) && error.waiting !== null) await tellWait(deps, runId, error.waiting);
    if (isAasError(error) && error.retryable)
      return { kind: "waiting", lookAgainMs: error.waiting?.waitMs ?? outageMs };
    throw error;
  }
}
