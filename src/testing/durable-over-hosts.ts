import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type DurableBench, type DurableHost, eventually, settled } from "./durable-bench.ts";
import { listen, mostAtOnce, numbered, request, walk } from "./durable-requests.ts";
import type { Family } from "./durable-workflows.ts";

/** What an engine does for workflows when hosts stop, die and come back. */
export function whenHostsComeAndGo(openBench: () => Promise<DurableBench>): void {
  let bench: DurableBench;
  const hosts: DurableHost[] = [];

  beforeAll(async () => {
    bench = await openBench();
  });

  afterEach(async () => {
    for (const host of hosts.splice(0)) await host.kill();
  });

  afterAll(async () => {
    await bench.close();
  });

  test("after a crash between effect and record the effect repeats, and everything else happens once", async () => {
    const first = await open();
    await first.durable.start(walk("crash", { steps: 3, holds: [2] }));
    await eventually("the effect is done", () => bench.world.notes("crash step 2").length === 1);

    await first.kill();
    bench.world.openGate("crash 2");
    const second = await open();

    expect(await settled(second, "crash")).toEqual({ kind: "completed", output: 3 });
    const steps = bench.world.notes("crash step").map((line) => line.slice(-1));
    expect(steps).toEqual(["1", "2", "2", "3"]);
  });

  test("a workflow sees the error of a step again after a crash, with its code, and the step is not tried again", async () => {
    const first = await open();
    await first.durable.start(request("unlucky", "unlucky", null));
    await eventually("it holds", () => bench.world.notes("unlucky holds").length === 1);

    await first.kill();
    bench.world.openGate("unlucky hold");
    const second = await open();

    const output = {
      code: "provider_waiting",
      message: "Nobody is there",
      cure: "wait",
      retryable: true,
      waiting: { provider: "openai", cause: "away", waitMs: 9_000, sinceMs: 1 },
    };
    expect(await settled(second, "unlucky")).toEqual({ kind: "completed", output });
    expect(bench.world.notes("unlucky tries")).toHaveLength(1);
  });

  test("a host that stops in good order aborts its steps, and another goes on as if they had not begun", async () => {
    const first = await open();
    await first.durable.start(walk("handed over", { steps: 2, holds: [1] }));
    await eventually("it runs", () => bench.world.notes("handed over step 1").length === 1);

    await first.stop();
    expect(bench.world.notes("handed over aborted")).toHaveLength(1);
    bench.world.openGate("handed over 1");
    const second = await open();

    expect(await settled(second, "handed over")).toEqual({ kind: "completed", output: 2 });
  });

  test("a sleep goes on while nobody is there, and wakes when it was meant to", async () => {
    const first = await open();
    await first.durable.start(request("sleeper", "sleeper", { milliseconds: 1_500 }));
    await eventually("it sleeps", () => bench.world.notes("sleeper sleeps").length === 1);
    const asleepAt = Date.now();
    await first.kill();
    const second = await open();

    expect(bench.world.notes("sleeper wakes")).toEqual([]);
    await settled(second, "sleeper");

    expect(Date.now() - asleepAt).toBeGreaterThan(1_400);
    expect(bench.world.notes("sleeper falls")).toHaveLength(1);
    expect(bench.world.notes("sleeper wakes")).toHaveLength(1);
  });

  test("signals wait for a workflow whose host died", async () => {
    const first = await open();
    await first.durable.start(listen("orphan", { topic: "news", times: 2, timeoutMs: 60_000 }));
    await first.durable.signal("orphan", { topic: "news", payload: "before", key: "a" });
    await eventually("it heard", () => bench.world.notes("orphan heard").length === 1);
    await first.kill();
    const second = await open();

    await second.durable.signal("orphan", { topic: "news", payload: "after", key: "b" });

    expect(await settled(second, "orphan")).toEqual({ kind: "completed", output: ["before", "after"] });
  });

  test("a child is started once, however often it is asked for", async () => {
    const first = await open();
    const family: Family = { children: ["child 1", "child 2"] };
    await first.durable.start(request("parent", "parent", family));
    await eventually("they are started", () => bench.world.notes("parent has").length === 1);
    await settled(first, "child 2");
    await settled(first, "child 1");
    await first.kill();
    bench.world.openGate("parent hold");
    const second = await open();

    expect(await settled(second, "parent")).toEqual({ kind: "completed", output: 2 });
    expect(bench.world.notes("child").filter((line) => line.endsWith("begins"))).toHaveLength(2);
  });

  test("hosts share the work of a queue, and its keys hold over all of them", async () => {
    const [first] = [await open(), await open()];
    const ids = ["w", "x", "y", "z"].flatMap((key) => numbered(`shared-${key}`, 3));

    for (const id of ids) {
      const place = { name: "per-key", priority: 1, key: id.slice(0, "shared-w".length) };
      await first.durable.start(request("busy", id, { milliseconds: 40 }, place));
    }
    for (const id of ids) await settled(first, id);

    const most = ["w", "x", "y", "z"].map((key) => mostAtOnce(bench.world.notes(`shared-${key}`)));
    expect(most).toEqual([1, 1, 1, 1]);
    expect(bench.world.notes("shared").filter((line) => line.endsWith("begins"))).toHaveLength(ids.length);
  });

  test("a dead host's work is taken over by one that lives", async () => {
    const doomed = await open();
    const ids = numbered("bequest", 4);
    for (const id of ids) await doomed.durable.start(walk(id, { steps: 2, holds: [2] }));
    await eventually(
      "all run",
      () => bench.world.notes("bequest").filter((line) => line.endsWith("step 2")).length === 4,
    );
    const heir = await open();

    await doomed.kill();
    for (const id of ids) bench.world.openGate(`${id} 2`);

    for (const id of ids) expect(await settled(heir, id)).toEqual({ kind: "completed", output: 2 });
    expect(bench.world.notes("bequest").filter((line) => line.endsWith("step 1"))).toHaveLength(4);
  });

  test("killed at each of twenty steps, a workflow still ends, and no step runs more often than it was killed", async () => {
    const all = Array.from({ length: 20 }, (_, index) => index + 1);
    let host = await open();
    await host.durable.start(walk("stumbles", { steps: 20, holds: all }));

    for (const n of all) {
      await eventually(`step ${n} runs`, () => bench.world.notes().includes(`stumbles step ${n}`));
      await host.kill();
      bench.world.openGate(`stumbles ${n}`);
      host = await open();
    }

    expect(await settled(host, "stumbles")).toEqual({ kind: "completed", output: 20 });
    expect(bench.world.notes("stumbles step")).toEqual(
      all.flatMap((n) => [`stumbles step ${n}`, `stumbles step ${n}`]),
    );
  }, 120_000);

  async function open(): Promise<DurableHost> {
    const host = await bench.open();
    hosts.push(host);
    return host;
  }
}
