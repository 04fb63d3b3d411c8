import { afterAll, beforeAll, expect, test } from "vitest";
import { type DurableBench, type DurableHost, eventually, settled } from "./durable-bench.ts";
import { listen, mostAtOnce, numbered, request, singlePlace, walk } from "./durable-requests.ts";

/** What an engine does for workflows whose host stays. */
export function onOneHost(openBench: () => Promise<DurableBench>): void {
  let bench: DurableBench;
  let host: DurableHost;

  beforeAll(async () => {
    bench = await openBench();
    host = await bench.open();
  });

  afterAll(async () => {
    await bench.close();
  });

  test("a workflow that ended is found with its output", async () => {
    await host.durable.start(walk("ends", { steps: 3, holds: [] }));

    expect(await settled(host, "ends")).toEqual({ kind: "completed", output: 3 });
    expect(bench.world.notes("ends ")).toEqual(["ends step 1", "ends step 2", "ends step 3"]);
  });

  test("a workflow that threw is found with its message", async () => {
    await host.durable.start(request("failing", "throws", null));

    expect(await settled(host, "throws")).toEqual({ kind: "failed", message: "It broke" });
  });

  test("nobody is found under an id that was never used", async () => {
    expect(await host.durable.find("never used")).toBeNull();
  });

  test("the same id twice is one execution, also after its end and under another workflow's name", async () => {
    const twice = walk("twice", { steps: 2, holds: [] });

    await Promise.all([host.durable.start(twice), host.durable.start(twice), host.durable.start(twice)]);
    await settled(host, "twice");
    await host.durable.start(twice);
    await host.durable.start(request("failing", "twice", null));

    expect(await settled(host, "twice")).toEqual({ kind: "completed", output: 2 });
    expect(bench.world.notes("twice ")).toEqual(["twice step 1", "twice step 2"]);
  });

  test("a result is what JSON makes of it, the first time as well", async () => {
    await host.durable.start(request("dated", "dated", null));

    expect(await settled(host, "dated")).toEqual({ kind: "completed", output: "string" });
  });

  test("a signal that comes early is kept", async () => {
    const place = singlePlace(1);
    await host.durable.start(request("busy", "early-before", { milliseconds: 150 }, place));
    await host.durable.start(listen("early", { topic: "news", times: 1, timeoutMs: 20_000 }, place));
    await host.durable.signal("early", { topic: "news", payload: { n: 1 }, key: "a" });

    expect(await settled(host, "early")).toEqual({ kind: "completed", output: [{ n: 1 }] });
  });

  test("a signal that comes late wakes who waits, and the same key counts once", async () => {
    await host.durable.start(listen("late", { topic: "news", times: 2, timeoutMs: 20_000 }));
    await eventually("it listens", () => bench.world.notes("late listens").length === 1);

    await host.durable.signal("late", { topic: "other", payload: "not meant", key: "0" });
    await host.durable.signal("late", { topic: "news", payload: "first", key: "a" });
    await eventually("it heard", () => bench.world.notes('late heard "first"').length === 1);
    await host.durable.signal("late", { topic: "news", payload: "first", key: "a" });
    await host.durable.signal("late", { topic: "news", payload: "second", key: "b" });

    expect(await settled(host, "late")).toEqual({ kind: "completed", output: ["first", "second"] });
  });

  test("a wait for a signal ends with null when its time is over", async () => {
    await host.durable.start(listen("silence", { topic: "news", times: 1, timeoutMs: 100 }));

    expect(await settled(host, "silence")).toEqual({ kind: "completed", output: [null] });
  });

  test("a signal to nobody is refused", async () => {
    const signal = { topic: "news", payload: null, key: "a" };

    await expect(host.durable.signal("nobody", signal)).rejects.toMatchObject({ code: "not_found" });
  });

  test("a step may talk to other workflows", async () => {
    await host.durable.start(listen("told", { topic: "news", times: 1, timeoutMs: 20_000 }));
    await host.durable.start(request("teller", "tells", { to: "told" }));

    expect(await settled(host, "tells")).toEqual({ kind: "completed", output: "told" });
    expect(await settled(host, "told")).toEqual({ kind: "completed", output: ["from a step"] });
  });

  test("canceling reaches a running step, and nothing follows it", async () => {
    await host.durable.start(walk("stopped", { steps: 2, holds: [1] }));
    await eventually("it runs", () => bench.world.notes("stopped step 1").length === 1);

    await host.durable.cancel("stopped");
    await eventually("it is aborted", () => bench.world.notes("stopped aborted").length === 1);

    expect(await host.durable.find("stopped")).toEqual({ kind: "canceled" });
    expect(bench.world.notes("stopped step 2")).toEqual([]);
  });

  test("a canceled workflow that is resumed goes on after its last recorded step", async () => {
    await host.durable.start(walk("resumed", { steps: 4, holds: [3] }));
    await eventually("it runs", () => bench.world.notes("resumed step 3").length === 1);
    await host.durable.cancel("resumed");
    await eventually("it is aborted", () => bench.world.notes("resumed aborted").length === 1);
    bench.world.openGate("resumed 3");

    await host.durable.resume("resumed");

    expect(await settled(host, "resumed")).toEqual({ kind: "completed", output: 4 });
    const steps = bench.world.notes("resumed step").map((line) => line.slice(-1));
    expect(steps).toEqual(["1", "2", "3", "3", "4"]);
  });

  test("a canceled wait frees the place it had in its queue", async () => {
    const place = singlePlace(1);
    await host.durable.start(
      request("sleeper", "dreamer", { milliseconds: 60_000 }, { ...place, priority: 2 }),
    );
    await eventually("it sleeps", () => bench.world.notes("dreamer falls").length === 1);
    await host.durable.start(request("busy", "next in line", { milliseconds: 1 }, place));

    await host.durable.cancel("dreamer");

    expect(await settled(host, "next in line")).toEqual({ kind: "completed", output: null });
  });

  test("a resumed workflow waits for a place in the queue it came from", async () => {
    const place = singlePlace(5);
    await host.durable.start(walk("comes back", { steps: 2, holds: [1] }, place));
    await eventually("it runs", () => bench.world.notes("comes back step 1").length === 1);
    await host.durable.cancel("comes back");
    await host.durable.start(walk("in its place", { steps: 1, holds: [1] }, place));
    await eventually("the other runs", () => bench.world.notes("in its place step 1").length === 1);
    bench.world.openGate("comes back 1");
    await host.durable.resume("comes back");
    await host.durable.start(walk("urgent", { steps: 1, holds: [] }, { ...place, priority: 1 }));
    bench.world.openGate("in its place 1");

    await settled(host, "comes back");

    const order = bench.world.notes().filter((line) => /^(urgent|comes back step 2)/.test(line));
    expect(order).toEqual(["urgent step 1", "comes back step 2"]);
  });

  test("canceled before it began, a workflow never begins", async () => {
    const place = singlePlace(1);
    await host.durable.start(walk("in front", { steps: 1, holds: [1] }, place));
    await eventually("it runs", () => bench.world.notes("in front step 1").length === 1);
    await host.durable.start(walk("never", { steps: 1, holds: [] }, place));
    await host.durable.cancel("never");
    bench.world.openGate("in front 1");
    await host.durable.start(walk("behind", { steps: 1, holds: [] }, { ...place, priority: 9 }));

    await settled(host, "behind");

    expect(bench.world.notes("never")).toEqual([]);
  });

  test("a queue runs no more at once than its limit", async () => {
    const ids = numbered("limited", 6);
    const place = { name: "pair", priority: 1, key: null };

    await Promise.all(
      ids.map(async (id) => host.durable.start(request("busy", id, { milliseconds: 60 }, place))),
    );
    for (const id of ids) await settled(host, id);

    expect(mostAtOnce(bench.world.notes("limited"))).toBe(2);
  });

  test("the smallest priority number is served first", async () => {
    await host.durable.start(walk("order 0", { steps: 1, holds: [1] }, singlePlace(1)));
    await eventually("it runs", () => bench.world.notes("order 0").length === 1);
    await host.durable.start(walk("order 3", { steps: 1, holds: [] }, singlePlace(3)));
    await host.durable.start(walk("order 1", { steps: 1, holds: [] }, singlePlace(1)));
    await host.durable.start(walk("order 2", { steps: 1, holds: [] }, singlePlace(2)));

    bench.world.openGate("order 0 1");
    await settled(host, "order 3");

    expect(bench.world.notes("order")).toEqual([0, 1, 2, 3].map((n) => `order ${n} step 1`));
  });

  test("workflows with the same key run one at a time, others beside them", async () => {
    const ids = [...numbered("key-a", 3), ...numbered("key-b", 3)];

    for (const id of ids) {
      const place = { name: "per-key", priority: 1, key: id.slice(0, 5) };
      await host.durable.start(request("busy", id, { milliseconds: 80 }, place));
    }
    for (const id of ids) await settled(host, id);

    expect(mostAtOnce(bench.world.notes("key-a"))).toBe(1);
    expect(mostAtOnce(bench.world.notes("key-b"))).toBe(1);
    expect(mostAtOnce(bench.world.notes("key-"))).toBe(2);
  });
}
