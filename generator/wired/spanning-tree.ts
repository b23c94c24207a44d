/**
 * Reuse in the order of a spanning tree: what the tap operations of a layer come to when every kernel is computed from another one.
 *
 * With d = number of taps where kernels a and b differ, P_b = P_a + d − 2 Q with Q counted over those d taps; against the
 * complement of a, n − P_a, over the other n − d. So b costs min(d, n − d) tap operations after a, and n by itself. The edges
 * are symmetric: a minimum spanning tree over the kernels and a root, at distance n from each, is the best order (Prim). Kernels that are
 * equal or complements cost nothing. A tile of the taps has a tree of its own.
 *
 * Full adders tell what hardware pays: counting m bits takes m − width(m), joining two words as many as the wider has bits.
 */
import { widthOf } from './netlist.ts';

export interface Edge {
  readonly kernel: number;
  /** null: computed by itself. */
  readonly parent: number | null;
  /** The parent's complement is the nearer one. */
  readonly complemented: boolean;
  /** Tap operations. */
  readonly taps: number;
}

/** Order of computation over a tile of the taps, `weights` row-major [filters][taps]. */
export function reuseOrder(weights: Uint8Array, filters: number, taps: number, first = 0, count = taps): Edge[] {
  const near: Edge[] = Array.from({ length: filters }, (_, kernel) => ({ kernel, parent: null, complemented: false, taps: count }));
  const open = new Set(near.keys());
  const order: Edge[] = [];
  while (open.size > 0) {
    let next = -1;
    for (const kernel of open) if (next < 0 || near[kernel]!.taps < near[next]!.taps) next = kernel;
    open.delete(next);
    order.push(near[next]!);
    for (const kernel of open) {
      let differing = 0;
      for (let i = first; i < first + count; i++) if (weights[kernel * taps + i] !== weights[next * taps + i]) differing += 1;
      const cost = Math.min(differing, count - differing);
      if (cost < near[kernel]!.taps) near[kernel] = { kernel, parent: next, complemented: 2 * differing > count, taps: cost };
    }
  }
  return order;
}

export interface ReuseCount {
  /** Of one bit, per window. */
  readonly operationsBefore: number;
  readonly operationsAfter: number;
}

export function reuseOf(weights: Uint8Array, filters: number, tile?: number): ReuseCount {
  const taps = weights.length / filters;
  const size = tile ?? taps;
  let operationsAfter = 0;
  for (let first = 0; first < taps; first += size)
    for (const { taps: cost } of reuseOrder(weights, filters, taps, first, Math.min(size, taps - first))) operationsAfter += cost;
  return { operationsBefore: weights.length, operationsAfter };
}

/**
 * Full adders of kernels counted one by one, and of groups that share class counts (group.ts), one kernel leaving at a time with words
 * added in pairs, the least first.
 */
export function fullAdders(weights: Uint8Array, filters: number, groupSize: number): { readonly before: number; readonly after: number } {
  const taps = weights.length / filters;
  const count = (n: number) => (n > 0 ? n - widthOf(n) : 0);
  const before = filters * count(taps);
  let after = 0;
  for (let from = 0; from < filters; from += groupSize) {
    const size = Math.min(groupSize, filters - from);
    let classes: number[] = Array(2 ** (size - 1)).fill(0);
    for (let i = 0; i < taps; i++) {
      let pattern = 0;
      for (let k = 1; k < size; k++) pattern = 2 * pattern + (weights[(from + k) * taps + i] === weights[from * taps + i] ? 1 : 0);
      classes[pattern]! += 1;
    }
    for (const members of classes) after += count(members);
    // The last kernel of those left: its own sum, and the classes that it told apart joined; then twice its sum against the total.
    while (classes.length > 1) {
      after += joining(classes.filter((_, pattern) => pattern % 2 === 1)) + widthOf(taps);
      const pairs = Array.from({ length: classes.length / 2 }, (_, i) => [classes[2 * i]!, classes[2 * i + 1]!]);
      for (const pair of pairs) after += joining(pair);
      classes = pairs.map(([a, b]) => a! + b!);
    }
  }
  return { before, after };
}

function joining(counts: readonly number[]): number {
  const words = counts.filter((most) => most > 0).sort((a, b) => a - b);
  let adders = 0;
  while (words.length > 1) {
    const [a, b] = words.splice(0, 2) as [number, number];
    adders += widthOf(b);
    words.push(a + b);
    words.sort((x, y) => x - y);
  }
  return adders;
}
