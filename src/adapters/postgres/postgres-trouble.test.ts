import { Pool } from "pg";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type AasError, isAasError } from "../../domain/errors.ts";
import { makeId } from "../../domain/ids.ts";
import type { Database } from "../../ports/database.ts";
import {
  type DatabaseForTests,
  databaseForTests,
  emptyDatabaseForTests,
} from "../../testing/postgres-for-tests.ts";
import { sampleProject } from "../../testing/samples.ts";
import { insertFamily } from "../../testing/stores/sample-family.ts";
import { openPostgresDatabase } from "./postgres-database.ts";

/** The database under test, and a second way into it for making trouble. */
interface Lab {
  readonly made: DatabaseForTests;
  readonly database: Database;
  readonly intruder: Pool;
}

let lab: Lab;
const labs: Lab[] = [];

beforeAll(async () => {
  lab = await openLab();
});

afterEach(async () => {
  await lab.intruder.query("drop trigger if exists trouble on aas.projects");
});

afterAll(async () => {
  for (const { made, database, intruder } of labs) {
    await database.close();
    await intruder.end();
    await made.drop();
  }
});

test("two transactions that wait for each other are both done in the end", async () => {
  const { project } = await insertFamily(lab.database);
  for (const name of ["a", "b"]) await lab.database.projects.writeNote(project.id, name, 0);
  const meeting = makeMeeting(2);
  const cross = (own: string, other: string): Promise<string | null> =>
    lab.database.transaction(async ({ projects }) => {
      await projects.writeNote(project.id, own, own);
      await meeting.arrive();
      await projects.writeNote(project.id, other, own);
      return "done";
    });

  expect(await Promise.all([cross("a", "b"), cross("b", "a")])).toEqual(["done", "done"]);

  const { projects } = lab.database;
  expect(await projects.readNote(project.id, "a")).toBe(await projects.readNote(project.id, "b"));
});

test("a statement that could not be serialized runs again, but not for ever", async () => {
  await failInserts("40001", 2);
  await lab.database.projects.insert(sampleProject());
  expect(await lab.database.projects.find(sampleProject().id)).toEqual(sampleProject());

  await failInserts("40001", 1_000);
  const failure = await failureOf(lab.database.projects.insert(sampleProject({ id: makeId("prj", "2") })));
  expect(failure).toMatchObject({ code: "database_unavailable", retryable: true });
});

test("a connection that dies within a transaction is an error to try again, and the next one works", async () => {
  const { project } = await insertFamily(lab.database);

  const failure = await failureOf(
    lab.database.transaction(async ({ projects }) => {
      await projects.writeNote(project.id, "a", 1);
      await endOtherConnections();
      await projects.writeNote(project.id, "b", 1);
    }),
  );

  expect(failure).toMatchObject({ code: "database_unavailable", retryable: true });
  expect(failure.cure).toContain("aas doctor");
  expect(await lab.database.projects.readNote(project.id, "a")).toBeNull();
});

test("connections that die while nobody uses them are replaced", async () => {
  const { project } = await insertFamily(lab.database);
  await Promise.all(Array.from({ length: 4 }, () => lab.database.projects.find(project.id)));

  await endOtherConnections();

  // The pool hears of it by itself; a statement that is faster than the news fails as one to try again.
  const look = async (): Promise<unknown> => {
    try {
      return await lab.database.projects.find(project.id);
    } catch (error) {
      return isAasError(error, "database_unavailable") && error.retryable ? "not yet" : error;
    }
  };
  expect(["not yet", project]).toContainEqual(await look());
  await expect.poll(look, { timeout: 5_000 }).toEqual(project);
});

test("a read-only database is named as one", async () => {
  const { database, intruder } = await openLab();
  await intruder.query(
    "do $$ begin execute format('alter database %I set default_transaction_read_only = on', current_database()); end $$",
  );
  const failure = await failureOf(database.projects.insert(sampleProject()));

  expect(failure).toMatchObject({ code: "database_unavailable", retryable: false });
  expect(failure.cure).toContain("primary");
});

test("a full disk is named as one", async () => {
  await failInserts("53100", 1_000);

  const failure = await failureOf(lab.database.projects.insert(sampleProject()));

  expect(failure).toMatchObject({ code: "disk_full" });
  expect(failure.cure).toContain("Free space");
});

test("a server that is not there, a database that is not there and one without tables are told apart", async () => {
  const empty = await emptyDatabaseForTests();
  const nowhere = await failureOfFirstRead("postgresql://aas@localhost/aas?host=%2Fnonexistent");
  const unknown = await failureOfFirstRead(lab.made.url.replace(/\/test_[0-9_]+/u, "/no_such_database"));
  const bare = await failureOfFirstRead(empty.url);
  await empty.drop();

  expect(nowhere).toMatchObject({ code: "database_unavailable", retryable: true });
  expect(unknown).toMatchObject({ code: "database_unavailable", retryable: false });
  expect(bare).toMatchObject({ code: "database_unavailable", retryable: false });
  expect(bare.cure).toBe("aas db migrate");
});

test("the tables themselves refuse a state that is none", async () => {
  const { run } = await insertFamily(lab.database);
  const set = (columns: string): Promise<unknown> =>
    lab.intruder.query(`update aas.runs set ${columns} where id = $1`, [run.id]);

  await expect(set("status = 'flying'")).rejects.toMatchObject({ code: "23514" });
  await expect(set("status = 'running'")).rejects.toMatchObject({ code: "23514" });
  await expect(set("stage = 'deploy'")).rejects.toMatchObject({ code: "23514" });
});

test("a state that a later version wrote is refused, never taken for another", async () => {
  const { database, intruder } = await openLab();
  const { run } = await insertFamily(database);
  await intruder.query("alter table aas.runs drop constraint runs_state");
  await intruder.query("update aas.runs set status = 'flying' where id = $1", [run.id]);

  const failure = await failureOf(database.runs.get(run.id));

  expect(failure.message).toBe(`aas.runs ${run.id}: status is "flying", which this version cannot read.`);
});

test("who finds its lease held within a transaction keeps it until the commit", async () => {
  const lease = await lab.database.leases.claim("queue", "ada", 60_000);
  if (lease === null) throw new Error("The lease is held by somebody else.");
  const takeOver = (): Promise<unknown> =>
    lab.intruder.query("select 1 from aas.leases where name = 'queue' for update nowait");

  await lab.database.transaction(async ({ leases }) => {
    expect(await leases.isHeld(lease)).toBe(true);
    await expect(takeOver()).rejects.toMatchObject({ code: "55P03" });
  });

  await expect(takeOver()).resolves.toMatchObject({ rowCount: 1 });
});

test("a row that names what is not stored is refused", async () => {
  const { run } = await insertFamily(lab.database);
  const orphan = { ...run, id: makeId("run", "orphan"), projectId: makeId("prj", "nobody") };

  expect(await failureOf(lab.database.runs.insert(orphan))).toMatchObject({ code: "not_found" });
});

async function openLab(): Promise<Lab> {
  const made = await databaseForTests();
  const intruder = new Pool({ connectionString: made.url, max: 1 });
  intruder.on("error", () => undefined);
  const database = await openPostgresDatabase({ url: made.url, maxConnections: 4 });
  const opened = { made, database, intruder };
  labs.push(opened);
  return opened;
}

/** The first inserts of projects fail with this state; a sequence counts, because a rollback does not turn it back. */
async function failInserts(state: string, times: number): Promise<void> {
  await lab.intruder.query(`
    drop sequence if exists aas.tries;
    create sequence aas.tries;
    create or replace function aas.fail() returns trigger language plpgsql as $$
      begin
        if nextval('aas.tries') <= ${times} then raise exception using errcode = '${state}', message = 'trouble'; end if;
        return new;
      end $$;
    create or replace trigger trouble before insert on aas.projects for each row execute function aas.fail();
  `);
}

async function endOtherConnections(): Promise<void> {
  await lab.intruder.query(
    "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
  );
}

async function failureOfFirstRead(url: string): Promise<AasError> {
  const database = await openPostgresDatabase({ url, maxConnections: 1 });
  const failure = await failureOf(database.runs.find(makeId("run", "1")));
  await database.close();
  return failure;
}

async function failureOf(work: Promise<unknown>): Promise<AasError> {
  try {
    await work;
  } catch (error) {
    if (isAasError(error)) return error;
    throw error;
  }
  throw new Error("It succeeded.");
}

/** Whoever arrives waits until all have come; who comes again later passes. */
function makeMeeting(size: number): { arrive(): Promise<void> } {
  const all = Promise.withResolvers<undefined>();
  let arrived = 0;
  return {
    async arrive(): Promise<void> {
      arrived += 1;
      if (arrived >= size) all.resolve(undefined);
      await all.promise;
    },
  };
}
