import fc from "fast-check";
import { expect, test } from "vitest";
import type { GraphNode } from "./graph-node.ts";
import { shapeOf } from "./graph-shape.ts";
import { roundsOf } from "./rounds.ts";

function node(key: string, ...dependsOn: readonly string[]): GraphNode {
  return { key, dependsOn };
}

test("tasks that wait for others, or for a place, are done in a later round", () => {
  const graph = [node("a"), node("b"), node("c"), node("d", "a"), node("e", "d")];

  expect([1, 2, 3].map((places) => roundsOf(graph, places))).toEqual([5, 3, 3]);
  expect(roundsOf([], 2)).toBe(0);
});

test("what is not in the graph holds nothing up", () => {
  expect(roundsOf([node("a", "elsewhere"), node("b", "a")], 2)).toBe(2);
});

test("tasks that wait for each other have no round", () => {
  expect(roundsOf([node("a", "b"), node("b", "a"), node("c")], 2)).toBe(1);
});

test("there are never fewer rounds than the longest chain and the places ask for, and never more than tasks", () => {
  const anyDag = fc
    .array(fc.array(fc.nat(30), { maxLength: 3 }), { minLength: 1, maxLength: 30 })
    .map((edges) =>
      edges.map((below, index) =>
        node(`t${index}`, ...new Set(below.filter((on) => on < index).map((on) => `t${on}`))),
      ),
    );
  fc.assert(
    fc.property(anyDag, fc.integer({ min: 1, max: 6 }), (graph, places) => {
      const { criticalPath, width } = shapeOf(graph);
      const rounds = roundsOf(graph, places);

      expect(rounds).toBeGreaterThanOrEqual(Math.max(criticalPath, Math.ceil(graph.length / places)));
      expect(rounds).toBeLessThanOrEqual(graph.length);
      expect(places < width || rounds === criticalPath).toBe(true);
    }),
  );
});
