import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, onTestFinished, test } from "vitest";
import { eventually, settled } from "../../src/testing/durable-bench.ts";
import { listen, numbered, request, walk } from "../../src/testing/durable-requests.ts";
import { type DbosBench, openDbosBench, openDbosBenchForTests } from "./dbos-bench.ts";
import { openPrivateServer } from "./private-server.ts";

const benches: DbosBench[] = [];

afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close();
});

test("a host that freezes loses its work after a while, and cannot record anything when it comes back", async () => {
  const bench = await openBench();
  const [frozen, heir] = [await bench.open(), await bench.open()];
  const ids = numbered("frozen", 5);
  for (const id of ids) await frozen.durable.start(walk(id, { steps: 4, holds: [2] }));
  await eventually("all hold", () => count(bench, "frozen", "step 2") === 5);

  frozen.signal("SIGSTOP");
  const frozenAt = Date.now();
  await eventually("all are taken over", () => count(bench, "frozen", "step 2") === 10);
  report("silent host → its work goes on elsewhere", frozenAt);
  for (const id of ids) bench.world.openGate(`${id} 2`);
  for (const id of ids) expect(await settled(heir, id)).toEqual({ kind: "completed", output: 4 });
  frozen.signal("SIGCONT");
  await frozen.durable.start(walk("after the thaw", { steps: 1, holds: [] }));
  await settled(frozen, "after the thaw");

  expect(count(bench, "frozen", "step 1")).toBe(5);
  expect(count(bench, "frozen", "step 3")).toBe(5);
  expect(count(bench, "frozen", "step 4")).toBe(5);
});

test("a host that freezes in the middle of steps and thaws at once goes on as if nothing had been", async () => {
  const bench = await openBench();
  const [frozen] = [await bench.open(), await bench.open()];
  await frozen.durable.start(walk("blink", { steps: 3, holds: [2] }));
  await eventually("it holds", () => count(bench, "blink", "step 2") === 1);

  frozen.signal("SIGSTOP");
  await sleep(500);
  frozen.signal("SIGCONT");
  bench.world.openGate("blink 2");

  expect(await settled(frozen, "blink")).toEqual({ kind: "completed", output: 3 });
  expect(bench.world.notes("blink step")).toHaveLength(3);
});

test("a thousand sleepers outlive their host, and all of them wake", async () => {
  const bench = await openBench();
  const first = await bench.open();
  const ids = numbered("sleeper", 1_000);
  const startedAt = Date.now();
  await Promise.all(
    ids.map(async (id) => first.durable.start(request("sleeper", id, { milliseconds: 7_000 }))),
  );
  await eventually("all sleep", () => count(bench, "sleeper", "sleeps") === 1_000);
  report("1,000 sleepers asleep", startedAt);

  await first.kill();
  const killedAt = Date.now();
  await bench.open();
  await eventually("all sleep again", () => count(bench, "sleeper", "sleeps") === 2_000);
  report("1,000 sleepers back in bed after kill -9", killedAt);
  await eventually("all woke", () => count(bench, "sleeper", "wakes") === 1_000);
  report("1,000 sleepers awake after kill -9", killedAt);

  expect(count(bench, "sleeper", "falls asleep")).toBe(1_000);
}, 60_000);

test("two of three hosts die while the database restarts: everything completes, and only steps in flight repeat", async () => {
  const server = await openPrivateServer();
  onTestFinished(async () => server.remove());
  const bench = await openBench(server.databaseUrl);
  const [survivor, ...doomed] = [await bench.open(), await bench.open(), await bench.open()];
  const ids = numbered("march", 60);
  const place = { name: "wide", priority: 1, key: null };
  await survivor.durable.start(listen("sentry", { topic: "news", times: 1, timeoutMs: 60_000 }));
  for (const id of ids) await survivor.durable.start(walk(id, { steps: 6, holds: [], stepMs: 40 }, place));
  await eventually("half is done", () => count(bench, "march", "step 6") >= 15);

  const disasterAt = Date.now();
  await Promise.all([...doomed.map(async (host) => host.kill()), server.crash()]);
  await server.start();
  report("database back", disasterAt);
  for (const id of ids) expect(await settled(survivor, id, 40_000)).toEqual({ kind: "completed", output: 6 });
  report("all 60 done after the disaster", disasterAt);
  await survivor.durable.signal("sentry", { topic: "news", payload: "over", key: "a" });

  expect(await settled(survivor, "sentry")).toEqual({ kind: "completed", output: ["over"] });
  const repeated = bench.world.notes("march").length - ids.length * 6;
  expect(new Set(bench.world.notes("march")).size).toBe(ids.length * 6);
  expect(repeated).toBeLessThanOrEqual(30);
}, 90_000);

test("while the database is away everything waits, and no step repeats that had its effect before or meanwhile", async () => {
  const server = await openPrivateServer();
  onTestFinished(async () => server.remove());
  const bench = await openBench(server.databaseUrl);
  const host = await bench.open();
  const ids = numbered("patient", 10);
  await host.durable.start(listen("ear", { topic: "news", times: 1, timeoutMs: 60_000 }));
  for (const id of ids) await host.durable.start(walk(id, { steps: 8, holds: [5], stepMs: 30 }));
  await eventually("all hold", () => count(bench, "patient", "step 5") === 10);

  await server.crash();
  for (const id of ids) bench.world.openGate(`${id} 5`);
  const early = host.durable.signal("ear", { topic: "news", payload: "sent meanwhile", key: "a" });
  await sleep(1_500);
  const backAt = Date.now();
  await server.start();
  await early;
  for (const id of ids) expect(await settled(host, id, 40_000)).toEqual({ kind: "completed", output: 8 });
  report("10 workflows done after the database came back", backAt);

  expect(await settled(host, "ear")).toEqual({ kind: "completed", output: ["sent meanwhile"] });
  expect(bench.world.notes("patient")).toHaveLength(80);
}, 60_000);

test("hosts that come at once to an empty database make its tables once, and say nothing on stdout", async () => {
  const bench = await openBench();
  const hosts = await Promise.all([bench.open(), bench.open(), bench.open()]);

  await Promise.all(
    hosts.map(async (host, n) => host.durable.start(walk(`early ${n}`, { steps: 1, holds: [] }))),
  );
  for (const n of hosts.keys()) await settled(hosts[0], `early ${n}`);
  await Promise.all(hosts.map(async (host) => host.stop()));

  expect(readFileSync(join(bench.world.folder, "stdout"), "utf8")).toBe("");
});

test("a database inside the process does as well, for one process", async () => {
  const bench = await openBench("pglite");
  const first = await bench.open();
  await first.durable.start(walk("inside", { steps: 3, holds: [2] }));
  await first.durable.start(listen("inside too", { topic: "news", times: 1, timeoutMs: 60_000 }));
  await eventually("it holds", () => count(bench, "inside", "step 2") === 1);

  await first.kill();
  bench.world.openGate("inside 2");
  const second = await bench.open();
  await second.durable.signal("inside too", { topic: "news", payload: 1, key: "a" });

  expect(await settled(second, "inside")).toEqual({ kind: "completed", output: 3 });
  expect(await settled(second, "inside too")).toEqual({ kind: "completed", output: [1] });
  await second.stop();
}, 60_000);

async function openBench(databaseUrl?: string): Promise<DbosBench> {
  const bench = await (databaseUrl === undefined ? openDbosBenchForTests() : openDbosBench({ databaseUrl }));
  benches.push(bench);
  return bench;
}

function count(bench: DbosBench, about: string, what: string): number {
  return bench.world.notes(about).filter((line) => line.endsWith(what)).length;
}

/** Recovery times depend on the machine: told, not asserted. */
function report(what: string, sinceMs: number): void {
  process.stderr.write(`${what}: ${Date.now() - sinceMs} ms\n`);
}
