// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { bipolar } from '../../../ir/types.ts';
import { blockRomCost } from '../../../hardware/block-rom.ts';
import { binaryConv } from '../../../layers/binary-conv/index.ts';
import type { Fold } from '../../../stream-top/engine.ts';
import { loneNode, tensorType } from '../../../layer-kind/lone-node.fixture.ts';
import { ringMemory, weightMemory } from './memories.ts';

const node = loneNode(
  binaryConv,
  { filters: 64, kernel: 3, stride: 1, padSize: 0, padValue: -1 },
  tensorType(30, 30, 64, bipolar),
  {
    weights: { shape: [64, 3, 3, 64], data: new Uint8Array(64 * 9 * 64) },
  },
);
const engine = (fold: Fold, lutPerBram: number) => ({ name: 'lone', nodes: [node], fold, lutPerBram });
const folds = [1, 8, 64].flatMap((pe) =>
  [1, 16, 64].flatMap((simd) => [1, 4].map((pixels): Fold => ({ pe, simd, pixels }))),
);

test.each([{ memory: weightMemory }, { memory: ringMemory }])(
  '$memory.name: a dearer block RAM means no fewer LUTs and no more block RAMs',
  ({ memory }) => {
    let inBlocks = 0;
    for (const fold of folds) {
      const found = [0, 10, 40, 160, 640, 1e9].map((price) => memory(engine(fold, price)));
      expect(found.at(-1)!.style).toBe('distributed');
      for (const [i, { style, lut, bram36 }] of found.entries()) {
        expect(bram36 > 0).toBe(style === 'block');
        if (style === 'block') inBlocks += 1;
        if (i === 0) continue;
        expect(lut).toBeGreaterThanOrEqual(found[i - 1]!.lut);
        expect(bram36).toBeLessThanOrEqual(found[i - 1]!.bram36);
      }
    }
    expect(inBlocks).toBeGreaterThan(10);
  },
);

test('a block RAM is taken from the price on at which it saves more than that', () => {
  // 64·16 = 1,024 bits wide, 36 deep: a LUT a bit, or 14.5 block RAMs.
  const fold = { pe: 64, simd: 16, pixels: 1 };
  const { bram36 } = blockRomCost(1024, 36);
  expect(weightMemory(engine(fold, 1023 / bram36))).toEqual({ style: 'block', lut: 0, bram36 });
  expect(weightMemory(engine(fold, 1025 / bram36))).toEqual({ style: 'distributed', lut: 1024, bram36: 0 });
});

test('one word is a constant, never a memory', () => {
  const dense = loneNode(
    binaryConv,
    { filters: 8, kernel: 1, stride: 1, padSize: 0, padValue: -1 },
    tensorType(4, 4, 16, bipolar),
    {
      weights: { shape: [8, 1, 1, 16], data: new Uint8Array(8 * 16) },
    },
  );
  expect(
    weightMemory({ name: 'lone', nodes: [dense], fold: { pe: 8, simd: 16, pixels: 1 }, lutPerBram: 0 }).style,
  ).toBe('distributed');
});
