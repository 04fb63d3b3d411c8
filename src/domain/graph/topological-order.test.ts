import fc from "fast-check";
import { expect, test } from "vitest";
import type { GraphNode } from "./graph-node.ts";
import { topologicalOrder } from "./topological-order.ts";

function node(key: string, ...dependsOn: readonly string[]): GraphNode {
  return { key, dependsOn };
}

function keysOf(nodes: readonly GraphNode[]): readonly string[] {
  return topologicalOrder(nodes).map(({ key }) => key);
}

test("what others depend on comes first, and what is free comes as it is listed", () => {
  expect(keysOf([node("d", "b"), node("c"), node("b", "a"), node("a")])).toEqual(["c", "a", "b", "d"]);
});

test("of those that are free the first listed comes next, even when it was freed last", () => {
  expect(keysOf([node("late", "x"), node("x"), node("y")])).toEqual(["x", "late", "y"]);
});

test("a cycle and what stands behind it are left out", () => {
  expect(
    keysOf([node("a", "b"), node("b", "a"), node("behind", "a"), node("self", "self"), node("free")]),
  ).toEqual(["free"]);
});

test("a dependency counts once however often it is named, and one that nobody knows not at all", () => {
  expect(keysOf([node("b", "a", "a", "elsewhere"), node("a")])).toEqual(["a", "b"]);
});

test("every task of a graph without cycles comes once, after all that it depends on", () => {
  const anyDag = fc
    .array(fc.array(fc.nat(30), { maxLength: 3 }), { maxLength: 30 })
    .map((edges) =>
      edges.map((below, index) =>
        node(`t${index}`, ...below.filter((on) => on < index).map((on) => `t${on}`)),
      ),
    )
    .chain((nodes) => fc.shuffledSubarray(nodes, { minLength: nodes.length }));
  fc.assert(
    fc.property(anyDag, (nodes) => {
      const order = topologicalOrder(nodes);
      const places = new Map(order.map(({ key }, place) => [key, place]));
      const early = order.filter(({ dependsOn }, place) =>
        dependsOn.some((on) => (places.get(on) ?? -1) >= place),
      );

      expect(new Set(order)).toEqual(new Set(nodes));
      expect([order.length, early]).toEqual([nodes.length, []]);
    }),
  );
});
