import type { GraphNode } from "./graph-node.ts";
import { topologicalOrder } from "./topological-order.ts";

/** Who depends on whom, directly or through others. */
export interface Reachability {
  /** False for keys that are not in the graph. */
  readonly reaches: (from: string, to: string) => boolean;
  /** Whether there is a way with another node between. */
  readonly reachesThroughOthers: (from: string, to: string) => boolean;
}

/** One row of bits for each node, so that graphs of some hundred tasks cost milliseconds. Unknown keys are left out. */
export function reachabilityOf(nodes: readonly GraphNode[]): Reachability {
  const indexes = indexesOf(nodes);
  const open = directRows(nodes, indexes);
  const rows = closeRows(open, orderOf(nodes));
  const beyond = open.map(({ direct }) =>
    unionOf(
      direct.map((on) => rows[on]),
      nodes.length,
    ),
  );
  const ask = (table: readonly Row[]) => (from: string, to: string) => {
    const [row, column] = [indexes.get(from), indexes.get(to)];
    return row !== undefined && column !== undefined && hasBit(table[row], column);
  };
  return { reaches: ask(rows), reachesThroughOthers: ask(beyond) };
}

function unionOf(rows: readonly (Row | undefined)[], size: number): Row {
  const union = emptyRow(size);
  for (const row of rows) addAll(union, row);
  return union;
}

function emptyRow(size: number): Row {
  return new Uint32Array(Math.ceil(size / 32));
}

/** Cycles and what stands behind them come last, as they are listed. */
function orderOf(nodes: readonly GraphNode[]): readonly number[] {
  return [...new Set([...topologicalOrder(nodes), ...nodes.keys()])];
}

function indexesOf(nodes: readonly GraphNode[]): ReadonlyMap<string, number> {
  return new Map(nodes.map((node, index) => [node.key, index]));
}

type Row = Uint32Array;

interface OpenRow {
  readonly bits: Row;
  readonly direct: readonly number[];
}

function directRows(nodes: readonly GraphNode[], indexes: ReadonlyMap<string, number>): readonly OpenRow[] {
  return nodes.map((node) => {
    const bits = emptyRow(nodes.length);
    const direct = node.dependsOn.flatMap((key) => indexes.get(key) ?? []);
    for (const index of direct) bits[index >> 5] = (bits[index >> 5] ?? 0) | (1 << (index & 31));
    return { bits, direct };
  });
}

/** In an order where nobody stands before what it depends on, one round is enough; cycles take some more. */
function closeRows(rows: readonly OpenRow[], order: readonly number[]): readonly Row[] {
  for (let grew = true; grew;) {
    grew = false;
    for (const index of order) {
      const row = rows[index];
      for (const on of row?.direct ?? []) grew = addAll(row?.bits, rows[on]?.bits) || grew;
    }
  }
  return rows.map((row) => row.bits);
}

function addAll(to: Row | undefined, from: Row | undefined): boolean {
  let grew = false;
  if (to === undefined || from === undefined) return grew;
  for (let word = 0; word < to.length; word += 1) {
    const before = to[word] ?? 0;
    const after = (before | (from[word] ?? 0)) >>> 0;
    grew ||= after !== before;
    to[word] = after;
  }
  return grew;
}

function hasBit(row: Row | undefined, index: number): boolean {
  return ((row?.[index >> 5] ?? 0) & (1 << (index & 31))) !== 0;
}
