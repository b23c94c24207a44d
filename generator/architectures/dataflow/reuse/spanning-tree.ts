// SPDX-License-Identifier: Apache-2.0
/**
 * The reuse order of [Kernel-Reuse] (docs/papers.md). A kernel from another costs only the taps in which they differ,
 * or, if those are more than half, the taps in which they agree, for the count of a complement is known (F2, F3). With
 * a root that costs all taps, the cheapest order is a minimum spanning tree.
 */
import { popcount } from '../../../tensor/popcount.ts';
import { countAdders, wordAdders } from './full-adders.ts';

export interface Kernels {
  readonly filters: number;
  readonly taps: number;
  /** Bits [filters][taps]. */
  readonly weights: ArrayLike<number>;
}

/** How a kernel is computed. */
export interface Edge {
  readonly kernel: number;
  /** From this kernel; null: from scratch. */
  readonly parent: number | null;
  /** Taps that are evaluated. */
  readonly taps: number;
  /** Computed from the parent's complement. */
  readonly complement: boolean;
}

/** Taps `from` .. `to` − 1 of every kernel, packed. */
function packed({ filters, taps, weights }: Kernels, from: number, to: number): Int32Array[] {
  return Array.from({ length: filters }, (_, f) => {
    const words = new Int32Array(Math.ceil((to - from) / 32));
    for (let i = from; i < to; i++) if (weights[f * taps + i]) words[(i - from) >>> 5]! |= 1 << ((i - from) & 31);
    return words;
  });
}

function distance(a: Int32Array, b: Int32Array): number {
  let ones = 0;
  for (let i = 0; i < a.length; i++) ones += popcount(a[i]! ^ b[i]!);
  return ones;
}

/** Prim's algorithm, O(filters²). Edges in the order in which kernels can be computed. */
export function spanningTree(kernels: Kernels, from = 0, to = kernels.taps): Edge[] {
  const rows = packed(kernels, from, to);
  const taps = to - from;
  const open = new Map(rows.map((_, kernel) => [kernel, { kernel, parent: null, taps, complement: false } as Edge]));
  const tree: Edge[] = [];
  while (open.size > 0) {
    const next = [...open.values()].reduce((best, edge) => (edge.taps < best.taps ? edge : best));
    open.delete(next.kernel);
    tree.push(next);
    for (const [kernel, known] of open) {
      const d = distance(rows[next.kernel]!, rows[kernel]!);
      const cost = Math.min(d, taps - d);
      if (cost < known.taps) open.set(kernel, { kernel, parent: next.kernel, taps: cost, complement: d > taps - d });
    }
  }
  return tree;
}

export interface TreeCost {
  /** Tap operations of one window. */
  readonly tapOperations: number;
  /** Full adders with weights as wires: counts, the sums that join them, and the compares. */
  readonly fullAdders: number;
}

/** @param tile taps that are ordered together, each tile on its own; their counts are summed */
export function treeCost(kernels: Kernels, tile = kernels.taps): TreeCost {
  const { filters, taps } = kernels;
  let tapOperations = 0;
  let fullAdders = filters * (Math.ceil(taps / tile) - 1) * wordAdders(taps) + filters * wordAdders(taps);
  for (let from = 0; from < taps; from += tile) {
    const to = Math.min(taps, from + tile);
    for (const edge of spanningTree(kernels, from, to)) {
      tapOperations += edge.taps;
      fullAdders += edge.taps === 0 ? 0 : countAdders(edge.taps) + (edge.parent === null ? 0 : wordAdders(to - from));
    }
  }
  return { tapOperations, fullAdders };
}

/** Every kernel by itself: counts and compares. */
export function denseCost({ filters, taps }: Kernels): TreeCost {
  return { tapOperations: filters * taps, fullAdders: filters * (countAdders(taps) + wordAdders(taps)) };
}
