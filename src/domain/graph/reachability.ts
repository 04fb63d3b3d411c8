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
  const rows = directRows(nodes);
  closeRows(orderOf(rows));
  for (const { beyond, direct } of rows) for (const on of direct) addAll(beyond, on.reached);
  const byKey = new Map(rows.map((row) => [row.key, row]));
  const ask = (bitsOf: (row: Row) => DataView) => (from: string, to: string) => {
    const [row, column] = [byKey.get(from), byKey.get(to)];
    return row !== undefined && column !== undefined && hasBit(bitsOf(row), column.index);
  };
  return { reaches: ask(({ reached }) => reached), reachesThroughOthers: ask(({ beyond }) => beyond) };
}

/** Of its bits each stands for the node of that index. */
interface Row extends GraphNode {
  readonly index: number;
  readonly direct: Row[];
  readonly reached: DataView;
  readonly beyond: DataView;
}

function directRows(nodes: readonly GraphNode[]): readonly Row[] {
  const rows = nodes.map(({ key, dependsOn }, index): Row => {
    const [reached, beyond] = [noBits(nodes.length), noBits(nodes.length)];
    return { key, dependsOn, index, direct: [], reached, beyond };
  });
  const byKey = new Map(rows.map((row) => [row.key, row]));
  for (const { dependsOn, direct, reached } of rows) {
    direct.push(...dependsOn.flatMap((key) => byKey.get(key) ?? []));
    for (const { index } of direct) setBit(reached, index);
  }
  return rows;
}

/** Cycles and what stands behind them come last, as they are listed. */
function orderOf(rows: readonly Row[]): ReadonlySet<Row> {
  return new Set([...topologicalOrder(rows), ...rows]);
}

/** In an order where nobody stands before what it depends on, one round is enough; cycles take some more. */
function closeRows(order: ReadonlySet<Row>): void {
  for (let grew = true; grew;) {
    grew = false;
    for (const { reached, direct } of order)
      for (const on of direct) grew = addAll(reached, on.reached) || grew;
  }
}

const wordBytes = 4;

function noBits(count: number): DataView {
  return new DataView(new ArrayBuffer(Math.ceil(count / (8 * wordBytes)) * wordBytes));
}

function setBit(bits: DataView, index: number): void {
  bits.setUint8(index >> 3, bits.getUint8(index >> 3) | (1 << (index & 7)));
}

function hasBit(bits: DataView, index: number): boolean {
  return (bits.getUint8(index >> 3) & (1 << (index & 7))) !== 0;
}

function addAll(to: DataView, from: DataView): boolean {
  let grew = false;
  for (let at = 0; at < to.byteLength; at += wordBytes) {
    const before = to.getUint32(at);
    const after = (before | from.getUint32(at)) >>> 0;
    grew ||= after !== before;
    to.setUint32(at, after);
  }
  return grew;
}
