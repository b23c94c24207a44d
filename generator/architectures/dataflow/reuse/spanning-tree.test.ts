// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../../passes/random.ts';
import { bestGroup, groupCost } from './group-form.ts';
import { denseCost, spanningTree, treeCost, type Kernels } from './spanning-tree.ts';

function randomKernels(filters: number, taps: number, seed: string): Kernels {
  const random = randomFrom(seed);
  return { filters, taps, weights: Uint8Array.from({ length: filters * taps }, () => Number(random() < 0.5)) };
}

const agree = ({ taps, weights }: Kernels, kernel: number, window: Uint8Array) =>
  window.reduce((sum, x, i) => sum + Number(x === weights[kernel * taps + i]), 0);

describe('spanning tree', () => {
  test('all 512 kernels of 3x3: 255 edges of one tap, nine taps at the root ([Kernel-Reuse], docs/papers.md)', () => {
    const weights = Uint8Array.from({ length: 512 * 9 }, (_, i) => (Math.floor(i / 9) >> (i % 9)) & 1);
    const kernels = { filters: 512, taps: 9, weights };
    const edges = spanningTree(kernels);
    expect(edges.filter(({ taps }) => taps === 1)).toHaveLength(255);
    expect(edges.filter(({ taps }) => taps === 0)).toHaveLength(256);
    expect(treeCost(kernels).tapOperations).toBe(264);
  });

  test('along the tree every count comes out as counted directly: F2, and F3 through the complement', () => {
    const kernels = randomKernels(40, 37, 'tree');
    const random = randomFrom('windows');
    let complements = 0;
    for (let round = 0; round < 20; round++) {
      const window = Uint8Array.from({ length: 37 }, () => Number(random() < 0.5));
      const counts = new Map<number, number>();
      for (const { kernel, parent, complement } of spanningTree(kernels)) {
        const bit = (k: number, i: number) => kernels.weights[k * 37 + i]! ^ Number(complement && k === parent);
        // Q: agreements with the parent (or its complement) among the taps in which they differ.
        let [differ, q] = [0, 0];
        if (parent === null) {
          counts.set(kernel, agree(kernels, kernel, window));
          continue;
        }
        complements += Number(complement);
        window.forEach((x, i) => {
          if (bit(parent, i) === bit(kernel, i)) return;
          differ += 1;
          q += Number(x === bit(parent, i));
        });
        const known = complement ? 37 - counts.get(parent)! : counts.get(parent)!;
        counts.set(kernel, known + differ - 2 * q);
      }
      for (let k = 0; k < 40; k++) expect(counts.get(k)).toBe(agree(kernels, k, window));
    }
    expect(complements).toBeGreaterThan(20);
  });

  test(
    'no edge costs more than half of the taps, and no order costs less ' + 'than the tree: brute force over parents',
    () => {
      const kernels = randomKernels(5, 9, 'small');
      const edges = spanningTree(kernels);
      for (const { parent, taps } of edges) if (parent !== null) expect(taps).toBeLessThanOrEqual(4);
      const distance = (a: number, b: number) => {
        const d = Array.from({ length: 9 }, (_, i) => kernels.weights[a * 9 + i]! ^ kernels.weights[b * 9 + i]!).reduce(
          (x, y) => x + y,
          0,
        );
        return Math.min(d, 9 - d);
      };
      // Every assignment of parents without a cycle; parent 5 is the root.
      let least = Infinity;
      for (let code = 0; code < 6 ** 5; code++) {
        const parents = Array.from({ length: 5 }, (_, k) => Math.floor(code / 6 ** k) % 6);
        const reaches = (k: number): boolean => {
          let at = k;
          for (let hop = 0; hop < 6 && at !== 5; hop++) at = parents[at]!;
          return at === 5;
        };
        if (!parents.every((_, k) => reaches(k))) continue;
        least = Math.min(
          least,
          parents.reduce((sum, p, k) => sum + (p === 5 ? 9 : distance(p, k)), 0),
        );
      }
      expect(treeCost(kernels).tapOperations).toBe(least);
    },
  );

  test('tiles are ordered by themselves, their counts summed', () => {
    const kernels = randomKernels(12, 30, 'tiles');
    const tiles = [0, 10, 20].map((from) =>
      spanningTree(kernels, from, from + 10).reduce((sum, { taps }) => sum + taps, 0),
    );
    expect(treeCost(kernels, 10).tapOperations).toBe(tiles[0]! + tiles[1]! + tiles[2]!);
  });
});

describe('groups', () => {
  test('a pair shares its two classes: half of the tap operations (F4), one sum and one more per kernel', () => {
    // Kernels 11110000 and 11111111: four taps the same, four not. Two counts of 4, their sum, two compares of 4 bits.
    const kernels = { filters: 2, taps: 8, weights: Uint8Array.from([1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1]) };
    expect(groupCost(kernels, 2)).toEqual({ tapOperations: 8, fullAdders: 2 * (4 - 3) + 3 + 2 * 4 });
    expect(denseCost(kernels)).toEqual({ tapOperations: 16, fullAdders: 2 * (8 - 4) + 2 * 4 });
  });

  test('alone, a kernel costs what it costs; the best size is never worse', () => {
    const kernels = randomKernels(24, 144, 'groups');
    expect(groupCost(kernels, 1)).toEqual(denseCost(kernels));
    const { size, fullAdders } = bestGroup(kernels);
    for (let other = 1; other <= 8; other++)
      expect(groupCost(kernels, other).fullAdders).toBeGreaterThanOrEqual(fullAdders);
    expect(size).toBeGreaterThan(2);
  });
});
