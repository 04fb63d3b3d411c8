import { migrateDbos, openDbosDurable } from "../../src/adapters/durable-dbos/dbos-durable.ts";
import type { DbosTarget } from "../../src/adapters/durable-dbos/sql-pool.ts";
import type { Logger } from "../../src/ports/logger.ts";
import type { DurableCalls } from "../../src/testing/durable-bench.ts";
import { durableWorkflows } from "../../src/testing/durable-workflows.ts";
import { DurableWorld } from "../../src/testing/durable-world.ts";
import type { HostQuestion, HostSettings } from "./dbos-bench.ts";

/** One worker: runs the workflows of the contract suite over DBOS and does what its parent says. Talks on stderr only. */
const settings = JSON.parse(process.argv[2] ?? "{}") as HostSettings;
const log: Logger = {
  debug: () => {},
  info: say,
  warn: say,
  error: say,
};

const target = await openTarget();
if (settings.migrates) await migrateDbos(target, log);
const durable = await openDbosDurable({
  ...target,
  executorId: settings.executorId,
  log,
  pollMs: 50,
  deadAfterMs: settings.deadAfterMs,
});
await durable.launch(durableWorkflows(new DurableWorld(settings.worldFolder), durable));
process.on("disconnect", () => process.exit(1));
process.on("message", (question: HostQuestion) => void answer(question));
process.send?.({ id: 0, kind: "answer", value: null });

async function openTarget(): Promise<DbosTarget> {
  if (settings.databaseUrl !== "pglite") return { databaseUrl: settings.databaseUrl };
  const { openPglite } = await import("../../src/adapters/postgres/open-pglite.ts");
  return await openPglite(`${settings.worldFolder}/pglite`);
}

async function answer({ id, method, parameters }: HostQuestion): Promise<void> {
  try {
    if (method === "shutdown") {
      await durable.shutdown();
      process.send?.({ id, kind: "answer", value: null });
      process.exit(0);
    }
    const call = durable[method] as (...given: readonly unknown[]) => ReturnType<DurableCalls["find"]>;
    process.send?.({ id, kind: "answer", value: (await call.apply(durable, [...parameters])) ?? null });
  } catch (error) {
    const { message, code } = error as Error & { readonly code?: string };
    process.send?.({ id, kind: "error", message, code: code ?? null });
  }
}

function say(fields: Readonly<Record<string, unknown>>, message: string): void {
  process.stderr.write(`${settings.executorId} ${message} ${JSON.stringify(fields, withMessages)}\n`);
}

function withMessages(_key: string, value: unknown): unknown {
  return value instanceof Error ? { message: value.message, stack: value.stack } : value;
}
