// SPDX-License-Identifier: Apache-2.0
/** Measurements laid over an estimate, by the names of layers: `constructor`, which every object answers to, is one. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { kc705 } from '../boards/kc705.ts';
import {
  batchNormSign,
  binaryConv2d,
  binaryDense,
  decide,
  input,
  network,
  quantise,
  signedPixels,
  synthetic,
} from '../index.ts';
import { buildDataflow } from '../architectures/dataflow/index.ts';
import { typecheck } from '../passes/typecheck.ts';
import type { StreamDesign } from '../stream-top/design.ts';
import { estimateReport } from '../stream-top/estimate-report.ts';
import { mergeReports, writeJson, type VerificationFile } from './merge.ts';
import { reportPage } from './page.ts';

const folder = mkdtempSync(join(tmpdir(), 'bitloom-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, 'report'));

const weights = synthetic(4);
/** All of its layers but the first have legal names that mean something to JavaScript. */
function designOf(pins = {}): StreamDesign {
  const graph = network('constructor', () => {
    const x = quantise('prototype', input('valueof', { height: 4, width: 4, channels: 2 }), signedPixels());
    const bits = batchNormSign('name', binaryConv2d('constructor', x, { filters: 4, kernel: 1, weights }), { weights });
    return decide('length', binaryDense('hasownproperty', bits, { units: 3, weights }), { classes: 3 });
  });
  return buildDataflow(typecheck(graph), { board: kc705, clockMhz: 200, fps: 1, pins });
}

const design = designOf();
const estimate = estimateReport(design, { defaulted: false });
const sourcesSha256 = 'x';
writeJson(join(folder, 'report', 'estimate.json'), estimate);
const verified: VerificationFile = {
  passed: true,
  frames: 6,
  warmupFrames: 3,
  mismatches: 0,
  stallPercent: [0],
  simulator: 'none',
  initiationIntervalMeasured: 90,
  latencyMeasured: 144,
  modifiedFiles: [],
  memoryFaults: [],
  cyclesMeasured: {},
  operationsCounted: {},
  waitsMeasured: {},
  sourcesSha256,
};
const layer = (name: string) => mergeReports(folder, sourcesSha256).layers.find((each) => each.name === name)!;

test('a layer that was not measured has nothing measured, whatever its name', () => {
  writeJson(join(folder, 'report', 'verification.json'), verified);
  writeJson(join(folder, 'report', 'synthesis.json'), {
    tool: 'yosys',
    engines: {},
    totals: estimate.totals,
    staNotTimed: [],
    fits: true,
    fitsPercent: estimate.totals.fitsPercent,
    sourcesSha256,
  });
  expect(layer('constructor')).toMatchObject({
    cyclesMeasured: null,
    operationsExecuted: null,
    busy: expect.any(Number),
    source: 'estimate',
  });
  expect(mergeReports(folder, sourcesSha256).totals.operationsExecuted).toBeNull();
  expect(reportPage(mergeReports(folder, sourcesSha256))).not.toMatch(/NaN|function Object/);
});

test('and one that was, what was', () => {
  writeJson(join(folder, 'report', 'verification.json'), {
    ...verified,
    cyclesMeasured: { constructor: 16 },
    operationsCounted: { hasownproperty: 7 },
  });
  writeJson(join(folder, 'report', 'synthesis.json'), {
    tool: 'yosys',
    engines: { constructor: { lut: 5 } },
    totals: estimate.totals,
    staNotTimed: [],
    fits: true,
    fitsPercent: estimate.totals.fitsPercent,
    sourcesSha256,
  });
  expect(layer('constructor')).toMatchObject({ cyclesMeasured: 16, lut: 5, source: 'yosys' });
  expect(layer('hasownproperty')).toMatchObject({ cyclesMeasured: null, operationsExecuted: 7, source: 'estimate' });
});

test('a folding is pinned to the layer of that name alone', () => {
  const pinned = designOf({ constructor: { pe: 2, simd: 1 } }).placement.engines.find(
    ({ name }) => name === 'constructor',
  )!;
  expect(pinned.fold).toMatchObject({ pe: 2, simd: 1 });
});
