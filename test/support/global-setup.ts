import { prepareServerForTests, removeServerForTests } from "../../src/testing/postgres-for-tests.ts";

/** One private PostgreSQL for the whole test run, started by the first suite that asks for a database of its own. */
export async function setup(): Promise<void> {
  await prepareServerForTests();
}

export async function teardown(): Promise<void> {
  await removeServerForTests();
}
