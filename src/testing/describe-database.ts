import { afterAll, beforeAll, describe } from "vitest";
import type { Database } from "../ports/database.ts";
import { describeAttemptStore } from "./stores/describe-attempt-store.ts";
import { describeBatchStore } from "./stores/describe-batch-store.ts";
import { describeEventLog } from "./stores/describe-event-log.ts";
import { describeGateStore } from "./stores/describe-gate-store.ts";
import { describeLeaseStore } from "./stores/describe-lease-store.ts";
import { describeOutbox } from "./stores/describe-outbox.ts";
import { describeProjectStore } from "./stores/describe-project-store.ts";
import { describeQueueStore } from "./stores/describe-queue-store.ts";
import { describeRunStore } from "./stores/describe-run-store.ts";
import { describeTaskStore } from "./stores/describe-task-store.ts";
import { describeTransactions } from "./stores/describe-transactions.ts";
import { describeReserveAll } from "./stores/describe-reserve-all.ts";
import { describeUsageCaps } from "./stores/describe-usage-caps.ts";
import { describeUsageLedger } from "./stores/describe-usage-ledger.ts";
import { describeValidationStore } from "./stores/describe-validation-store.ts";

/** What every database promises; `open` answers an empty one. */
export function describeDatabase(name: string, open: () => Promise<Database>): void {
  describe(`database: ${name}`, () => {
    const opened: Database[] = [];
    const database = (): Database => {
      const [first] = opened;
      if (first === undefined)
        throw new Error("The database is opened before the tests, not while they are listed.");
      return first;
    };
    beforeAll(async () => {
      opened.push(await open());
    });
    afterAll(async () => {
      await Promise.all(opened.map((each) => each.close()));
    });

    describeTransactions(database);
    describeProjectStore(database);
    describeRunStore(database);
    describeTaskStore(database);
    describeAttemptStore(database);
    describeValidationStore(database);
    describeQueueStore(database);
    describeBatchStore(database);
    describeUsageLedger(database);
    describeReserveAll(database);
    describeUsageCaps(database);
    describeEventLog(database);
    describeOutbox(database);
    describeLeaseStore(database);
    describeGateStore(database);
  });
}
