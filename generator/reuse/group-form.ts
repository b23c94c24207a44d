/**
 * Groups of kernels that share class counts (papers' digest 3c, F5): taps with the same sign pattern over the group, modulo
 * complement, are counted once; every kernel is a signed sum of classes. Kernels leave one after the other: the last one's sum
 * takes half of the classes, then classes that only it told apart become one, until the total is left (about 2^g sums a group).
 */
import { countAdders, wordAdders } from './full-adders.ts';
import type { Kernels, TreeCost } from './spanning-tree.ts';

/** Beyond this, classes outnumber taps in every layer worth wiring. */
const mostKernels = 8;

/** Sizes of the classes by sign pattern over kernels 1 .. g − 1, relative to kernel 0. */
function classSizes({ taps, weights }: Kernels, first: number, size: number): Map<number, number> {
  const sizes = new Map<number, number>();
  for (let i = 0; i < taps; i++) {
    let pattern = 0;
    for (let k = 1; k < size; k++) pattern = pattern * 2 + (weights[(first + k) * taps + i] === weights[first * taps + i] ? 1 : 0);
    sizes.set(pattern, (sizes.get(pattern) ?? 0) + 1);
  }
  return sizes;
}

function groupAdders(kernels: Kernels, first: number, size: number): number {
  let classes = classSizes(kernels, first, size);
  let adders = [...classes.values()].reduce((sum, taps) => sum + countAdders(taps), 0);
  for (let left = size - 1; left > 0; left--) {
    const same = [...classes].filter(([pattern]) => pattern % 2 === 1).map(([, taps]) => taps);
    // The sum of the classes where the last kernel agrees with the first, one add each, widths as they grow.
    let sum = same.pop() ?? 0;
    for (const taps of same) {
      adders += wordAdders(Math.max(sum, taps));
      sum += taps;
    }
    const merged = new Map<number, number>();
    for (const [pattern, taps] of classes) {
      const other = merged.get(pattern >> 1);
      if (other !== undefined) adders += wordAdders(Math.max(other, taps));
      merged.set(pattern >> 1, (other ?? 0) + taps);
    }
    classes = merged;
  }
  // Kernel 0 compares the total with its threshold, the others twice their sum with the total.
  return adders + size * wordAdders(kernels.taps);
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
  return sizes.map((size) => ({ size, ...groupCost(kernels, size) })).reduce((best, found) => (found.fullAdders < best.fullAdders ? found : best));
}
