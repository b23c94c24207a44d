// SPDX-License-Identifier: Apache-2.0
/**
 * The sparse engine's estimates of logic: against what Yosys counted at engines that gave no constant, and against one
 * cell that Yosys counts here and now.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sparsePage, sumOf } from '../bench/sparse-page.ts';
import { cellsOf, sparseSizes, type SparseCounts } from '../bench/sparse-sizes.ts';
import { zcu104 } from '../generator/boards/zcu104.ts';
import { cellLogic, logicOf, type LogicCost } from '../generator/architectures/sparse/cell-estimates.ts';
import { engineSize } from '../generator/architectures/sparse/design.ts';
import { resources } from '../generator/architectures/sparse/resources.ts';
import { sparseInstances } from '../generator/architectures/sparse/instances.ts';
import { cellSources } from '../generator/hardware/cell-library.ts';
import { fitWords, usage } from '../generator/hardware/fit.ts';
import { synthesise } from '../generator/synth/synthesise.ts';
import { vivado } from '../generator/toolchains/vivado/index.ts';
import { root, temporaryFolder } from './command-line.ts';

const counts = JSON.parse(readFileSync(join(root, 'docs/estimates-sparse.json'), 'utf8')) as SparseCounts;
const countsOf = (name: string) => counts.sizes.find((size) => size.name === name)!.cells;
const kinds = ['lut', 'lutRam', 'ff'] as const;
const tested = sparseSizes.filter(({ use }) => use === 'test');

/** In percent of what was counted. */
const off = (estimate: LogicCost, counted: LogicCost, kind: (typeof kinds)[number]) =>
  (100 * Math.abs(estimate[kind] - counted[kind])) / counted[kind];

describe('against docs/estimates-sparse.json', () => {
  test.each(sparseSizes)('$name: the cells that were counted are those of the engine', (size) => {
    const counted = countsOf(size.name).map(({ module, times }) => [module, times]);
    expect(counted).toEqual(cellsOf(size).map(({ module, times }) => [module, times]));
  });

  test('what tests the formulas did not give their constants', () => {
    expect(tested.length).toBeGreaterThanOrEqual(6);
    for (const key of ['lanes', 'groups', 'lines', 'ringWords', 'vectorWords', 'ownWords'] as const) {
      const values = (use: string) => sparseSizes.filter((size) => size.use === use).map(({ shape }) => shape[key]);
      expect(values('test').filter((value) => values('constants').includes(value))).toEqual([]);
    }
    expect(tested).toContainEqual(expect.objectContaining({ shape: expect.objectContaining(engineSize) as object }));
  });

  test.each(tested)('$name: LUTs, LUT-RAM and flip-flops are within 5 %', (size) => {
    const counted = countsOf(size.name);
    const estimate = logicOf(sparseInstances(size.shape, size.carryBits))!;
    const total = sumOf(counted.map(({ times, ...each }) => [each, times]));
    for (const kind of kinds) expect(off(estimate, total, kind), kind).toBeLessThan(5);
    // A total that is right by errors that cancel out is no estimate: its large cells are within 15 %, registers within
    // 1.
    cellsOf(size).forEach((cell, i) => {
      const { lut, ff } = counted[i]!;
      if (lut > 1000) expect(off(cellLogic(cell)!, counted[i]!, 'lut'), `${cell.module} LUT`).toBeLessThan(15);
      if (ff > 1000) expect(off(cellLogic(cell)!, counted[i]!, 'ff'), `${cell.module} FF`).toBeLessThan(1);
    });
  });

  test('the page says the same', () => {
    expect(readFileSync(join(root, 'docs/estimates-sparse.md'), 'utf8')).toBe(sparsePage(counts));
  });
});

const folder = temporaryFolder();

test('a group that Yosys counts now: LUTs within 5 %, LUT-RAM and flip-flops exact', async () => {
  const parameters = { LANES: 4, SLOTS: 32, ACC_W: 24, WORDS: 256, STYLE: 'ultra', CARRY_W: 8 };
  const sources = cellSources();
  const module = 'nn_sparse_group';
  // Into an empty cache: nothing that was counted before is believed.
  const found = await synthesise([{ name: module, top: module, parameters, sources, memories: [] }], {
    target: vivado.synthesis('xcup'),
    cacheFolder: folder,
  });
  const { lut, lutRam, ff } = found.get(module)!;
  const estimate = cellLogic({ module, parameters })!;
  expect([estimate.lutRam, estimate.ff]).toEqual([lutRam, ff]);
  expect(off(estimate, { lut, lutRam, ff }, 'lut')).toBeLessThan(5);
}, 300_000);

describe('whether the engine fits', () => {
  const shape = { ...engineSize, lines: 8192, accumulatorBits: 24 };

  test('follows from the estimate: on ZCU104 in primitives, and not portable', () => {
    expect(fitWords(usage(resources(shape, 8), zcu104))).toBe('fits within 70 %');
    expect(fitWords(usage(resources(shape, 0), zcu104))).toBe('DOES NOT FIT within 70 %: lut');
  });

  test('is unknown where a cell has no formula', () => {
    expect(logicOf([...sparseInstances(shape, 8), { module: 'nn_sparse_new', parameters: {} }])).toBe(null);
  });
});
