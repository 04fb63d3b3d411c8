import { expect, test } from "vitest";
import type { GraphNode } from "./graph-node.ts";
import { reachabilityOf } from "./reachability.ts";

function node(key: string, ...dependsOn: readonly string[]): GraphNode {
  return { key, dependsOn };
}

test("a task reaches what it depends on, directly or through others, and nothing that depends on it", () => {
  const { reaches } = reachabilityOf([node("c", "b"), node("b", "a"), node("a")]);

  expect([reaches("c", "b"), reaches("c", "a"), reaches("b", "a")]).toEqual([true, true, true]);
  expect([reaches("a", "c"), reaches("b", "c"), reaches("a", "a")]).toEqual([false, false, false]);
});

test("a way through others is told from an edge of its own", () => {
  const { reachesThroughOthers } = reachabilityOf([node("a"), node("b", "a"), node("c", "b", "a")]);

  expect([reachesThroughOthers("c", "a"), reachesThroughOthers("c", "b")]).toEqual([true, false]);
});

test("what is not in the graph is not reached and reaches nothing", () => {
  const { reaches, reachesThroughOthers } = reachabilityOf([node("a", "elsewhere"), node("b", "a")]);

  expect([reaches("a", "elsewhere"), reaches("elsewhere", "a")]).toEqual([false, false]);
  expect([reachesThroughOthers("b", "elsewhere"), reachesThroughOthers("elsewhere", "b")]).toEqual([
    false,
    false,
  ]);
});

test.each([1, 7, 8, 9, 31, 32, 33, 64, 65])("in a chain of %s tasks each reaches all before it", (size) => {
  const chain = [...Array(size).keys()].map((index) => node(`t${index}`, `t${index - 1}`));
  const { reaches } = reachabilityOf(chain);
  const reached = chain.map(({ key }) => chain.filter((other) => reaches(key, other.key)).length);

  expect(reached).toEqual([...Array(size).keys()]);
});
