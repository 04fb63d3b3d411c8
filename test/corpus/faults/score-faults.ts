import { prepareServerForTests, removeServerForTests } from "../../../src/testing/postgres-for-tests.ts";
import type { CorpusScore, FailedCase } from "../corpus-score.ts";
import { runFaults } from "./run-faults.ts";

/** Every case of a file of faults, over a private database that is gone afterwards. */
export async function scoreFaults(file: string): Promise<CorpusScore> {
  await prepareServerForTests();
  const passed: string[] = [];
  const failed: FailedCase[] = [];
  try {
    for await (const { id, title, complaints } of runFaults(file)) {
      if (complaints.length === 0) passed.push(id);
      else failed.push({ id, what: `${title}\n    ${complaints.join("\n    ")}` });
    }
  } finally {
    await removeServerForTests();
  }
  return { passed, failed };
}
