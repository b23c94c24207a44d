// SPDX-License-Identifier: Apache-2.0
/**
 * Groups of kernels that share class counts (F5 of [Kernel-Reuse], docs/papers.md). Taps with the same sign pattern
 * over the group, modulo complement, are counted once; every kernel is a signed sum of classes. Kernels leave one after
 * the other: the last one's sum takes half of the classes, then classes that only it told apart become one, until the
 * total is left (about 2^g sums a group).
 */
import { classesOf } from './classes.ts';
import { countAdders, wordAdders } from './full-adders.ts';
import type { Kernels, TreeCost } from './spanning-tree.ts';

/** Beyond this, classes outnumber taps in every layer worth wiring. */
const mostKernels = 8;

function groupAdders({ taps, weights }: Kernels, first: number, size: number): number {
  const row = (kernel: number) => Array.from({ length: taps }, (_, tap) => weights[kernel * taps + tap]!);
  const [reference, ...others] = Array.from({ length: size }, (_, k) => row(first + k));
  let classes = new Map([...classesOf(reference!, others)].map(([pattern, { length }]) => [pattern, length]));
  let adders = [...classes.values()].reduce((sum, count) => sum + countAdders(count), 0);
  for (let left = size - 1; left > 0; left--) {
    const same = [...classes].filter(([pattern]) => pattern.endsWith('1')).map(([, count]) => count);
    // The sum of the classes where the last kernel agrees with the first, one add each, widths as they grow.
    let sum = same.pop() ?? 0;
    for (const count of same) {
      adders += wordAdders(Math.max(sum, count));
      sum += count;
    }
    const merged = new Map<string, number>();
    for (const [pattern, count] of classes) {
      const rest = pattern.slice(0, -1);
      const other = merged.get(rest);
      if (other !== undefined) adders += wordAdders(Math.max(other, count));
      merged.set(rest, (other ?? 0) + count);
    }
    classes = merged;
  }
  // Kernel 0 compares the total with its threshold, the others twice their sum with the total.
  return adders + size * wordAdders(taps);
}

/** @param size kernels to a group; the last group may be smaller */
export function groupCost(kernels: Kernels, size: number): TreeCost {
  const { filters, taps } = kernels;
  let tapOperations = 0;
  let fullAdders = 0;
  for (let first = 0; first < filters; first += size) {
    tapOperations += taps;
    fullAdders += groupAdders(kernels, first, Math.min(size, filters - first));
  }
  return { tapOperations, fullAdders };
}

/** The size of groups that takes the fewest full adders. */
export function bestGroup(kernels: Kernels): TreeCost & { readonly size: number } {
  const sizes = Array.from({ length: Math.min(mostKernels, kernels.filters) }, (_, i) => i + 1);
  return sizes
    .map((size) => ({ size, ...groupCost(kernels, size) }))
    .reduce((best, found) => (found.fullAdders < best.fullAdders ? found : best));
}
