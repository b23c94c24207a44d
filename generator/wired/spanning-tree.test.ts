/** The order of reuse against counts known by construction, and what it removes from a real network. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sharedData } from '../images/shared-data.ts';
import { openWeights } from '../import/index.ts';
import { randomFrom } from '../passes/random.ts';
import { fullAdders, reuseOf, reuseOrder } from './spanning-tree.ts';

describe('reuse in the order of a spanning tree', () => {
  test('all 512 kernels of nine taps: one from scratch, 255 classes one tap away, complements for nothing', () => {
    const weights = Uint8Array.from({ length: 512 * 9 }, (_, i) => (Math.floor(i / 9) >> i % 9) & 1);
    expect(reuseOf(weights, 512)).toEqual({ operationsBefore: 4608, operationsAfter: 264 });
  });

  test('every kernel follows from its parent for every window', () => {
    const random = randomFrom('tree');
    const [filters, taps] = [17, 23];
    const weights = Uint8Array.from({ length: filters * taps }, () => (random() < 0.5 ? 1 : 0));
    const order = reuseOrder(weights, filters, taps);
    expect(order.filter(({ parent }) => parent === null)).toHaveLength(1);
    expect(order.map(({ kernel }) => kernel).sort((a, b) => a - b)).toEqual([...Array(filters).keys()]);
    for (let v = 0; v < 50; v++) {
      const window = Array.from({ length: taps }, () => (random() < 0.5 ? 1 : 0));
      const agree = (kernel: number, of: (i: number) => boolean) => window.filter((bit, i) => of(i) && bit === weights[kernel * taps + i]).length;
      const counts = new Map<number, number>();
      for (const { kernel, parent, complemented, taps: cost } of order) {
        const counted = (i: number) => parent === null || (weights[kernel * taps + i] !== weights[parent * taps + i]) !== complemented;
        const q = agree(kernel, counted);
        expect(window.filter((_, i) => counted(i))).toHaveLength(cost);
        const base = parent === null ? 0 : complemented ? taps - counts.get(parent)! : counts.get(parent)!;
        counts.set(kernel, parent === null ? q : base - cost + 2 * q);
        expect(counts.get(kernel)).toBe(agree(kernel, () => true));
      }
    }
  });

  test('a tile has a tree of its own', () => {
    const weights = Uint8Array.of(1, 1, 0, 0, /**/ 1, 1, 1, 1);
    expect(reuseOf(weights, 2).operationsAfter).toBe(4 + 2);
    expect(reuseOf(weights, 2, 2).operationsAfter).toBe(2 + 0 + (2 + 0));
  });
});

describe.skipIf(!sharedData)('cnvW1A1', () => {
  const source = () => openWeights(join(sharedData!, 'bnn-pynq/params/cifar10/cnvW1A1'));
  const layers = ['conv1', 'conv2', 'conv3', 'conv4', 'conv5'] as const;

  test.each(layers)('%s: more than 51 % of the tap operations go, 70 % of the full adders', (name) => {
    const tensor = source().get(`${name}.weights`);
    const weights = tensor.data as Uint8Array;
    const filters = tensor.shape[0]!;
    const { operationsBefore, operationsAfter } = reuseOf(weights, filters);
    expect(1 - operationsAfter / operationsBefore).toBeGreaterThan(0.51);
    const best = Math.min(...[4, 5, 6].map((size) => fullAdders(weights, filters, size).after));
    expect(1 - best / fullAdders(weights, filters, 4).before).toBeGreaterThan(0.7);
  });
});
