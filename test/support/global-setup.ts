import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stopTestServer } from "../../src/testing/postgres-for-tests.ts";

/** One private PostgreSQL for the whole test run; the first suite that asks for a database starts it. */
export function setup(): void {
  const folder = mkdtempSync(join(tmpdir(), "aas-test-state-"));
  // As root the server runs as another user, who must be able to pass through.
  chmodSync(folder, 0o755);
  process.env["AAS_TEST_STATE"] = folder;
}

export async function teardown(): Promise<void> {
  await stopTestServer();
  rmSync(process.env["AAS_TEST_STATE"] ?? "", { recursive: true, force: true });
}
