// SPDX-License-Identifier: Apache-2.0
/** Units that no double holds, from the pixels to the class: 1/49, 1/441. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { calibrate } from '../generator/compress/calibrate.ts';
import {
  add,
  averagePool,
  batchNormSign,
  binaryDense,
  concat,
  decide,
  input,
  intDense,
  maxPool,
  network,
  quantise,
  requantise,
  signedPixels,
  sum,
  synthetic,
  type Stream,
} from '../generator/index.ts';
import { interpreter } from '../generator/golden/interpret.ts';
import { tensorTable } from '../generator/import/tensor-table.ts';
import { writeSafetensors, type NamedTensor } from '../generator/import/index.ts';
import { nodeByName } from '../generator/ir/graph.ts';
import { printGraph } from '../generator/ir/print.ts';
import { lower } from '../generator/passes/lower.ts';
import { typecheck } from '../generator/passes/typecheck.ts';
import { said } from './said.ts';

const folder = mkdtempSync(join(tmpdir(), 'bitloom-'));
afterAll(() => rmSync(folder, { recursive: true }));

const weights = synthetic(1);
const reals = (...values: number[]): NamedTensor => ({
  dtype: 'F32',
  shape: [values.length],
  data: Float32Array.from(values),
});

/** Pixels whose values lie side by side around 128, that sum up to `total` beyond it. */
function frame(side: number, total: number): Uint8Array {
  const pixels = new Uint8Array(side * side).fill(128);
  for (let i = 0; i < Math.abs(total); i++) pixels[i % pixels.length]! += Math.sign(total);
  return pixels;
}

test('an average on the mean is a tie and gives +1; one less is −1', () => {
  const graph = network('average', () => {
    const pixels = quantise('quant', input('pixels', { height: 7, width: 7, channels: 1 }), signedPixels());
    const sign = batchNormSign('norm', averagePool('average', pixels), { weights });
    return decide('class', binaryDense('fc', sign, { units: 2, weights }), { classes: 2 });
  });
  const file = join(folder, 'average.safetensors');
  const classes = (mean: number, gamma: number, totals: readonly number[]) => {
    const norm = {
      'norm.gamma': reals(gamma),
      'norm.beta': reals(0),
      'norm.mean': reals(mean),
      'norm.variance': reals(1),
    };
    writeSafetensors(
      file,
      { ...norm, 'fc.weights': { dtype: 'U8', shape: [2, 1], data: Uint8Array.of(1, 0) } },
      { source: 'trained' },
    );
    const typed = typecheck(graph, file);
    return [typed, lower(typed)].map((each) =>
      totals.map((total) => interpreter(each).run(frame(7, total)).data.at(-1)),
    );
  };
  const twice = (...classesOf: number[]) => [classesOf, classesOf];
  // +1 gives class 0.
  expect(classes(1, 1, [48, 49, 50])).toEqual(twice(1, 0, 0));
  expect(classes(-3, 1, [-148, -147, -146])).toEqual(twice(1, 0, 0));
  expect(classes(1, -1, [48, 49, 50])).toEqual(twice(0, 0, 1));
});

type Join = (name: string, a: Stream<'int'>, b: Stream<'int'>) => Stream<'int'>;

/** Averages over 3×3, then 7×7 windows, beside such over 7×7, then 3×3. */
function twoWays(join: Join) {
  return network('two_ways', () => {
    const pixels = quantise('quant', input('pixels', { height: 21, width: 21, channels: 2 }), signedPixels());
    const mean = (...sizes: number[]) =>
      sizes.reduce((x, size) => averagePool(`mean${sizes.join('')}_${size}`, x, { size }), pixels);
    const sign = batchNormSign('norm', join('both', mean(3, 7), mean(7, 3)), { weights });
    return decide('class', binaryDense('fc', sign, { units: 2, weights }), { classes: 2 });
  });
}

test.each<[string, Join]>([
  ['added', add],
  ['side by side', (name, a, b) => concat(name, [a, b])],
])('averages over 9 × 49 and 49 × 9 pixels have one unit: %s', (_, join) => {
  expect(printGraph(typecheck(twoWays(join)))).toMatch(/^both = .* in 1\/441 ?$/m);
});

test('the canonical text says units exactly, and nothing where an integer stands for itself', () => {
  const text = printGraph(typecheck(twoWays(add)));
  expect(text).toMatch(/^mean37_3 = .* : 7×7×2 int\[-1152\.\.1143\] in 1\/9 /m);
  expect(text).toMatch(/^fc = .* : 1×1×2 int\[0\.\.2\] in 2 from -2 /m);
  expect(text).toMatch(/^quant = .* : 21×21×2 int\[-128\.\.127\] /m);
});

const pixels = Uint8Array.from({ length: 4 * 441 }, (_, i) => 128 + ((i * 89) % 128));

/** Calibrates a classifier of 21×21 pixels, and gives the shifts that it chose. */
function calibrated(describe: (pixels: Stream<'int'>) => Stream<'int'>) {
  const graph = network('averages', () => {
    const quantised = quantise('quant', input('pixels', { height: 21, width: 21, channels: 1 }), signedPixels());
    return decide('class', intDense('fc', describe(quantised), { units: 2, bias: true, weights }), { classes: 2 });
  });
  const features = nodeByName(typecheck(graph), 'fc').inputTypes[0]!.channels;
  const tensors = new Map([
    ['fc.bias', reals(1 / 3, 0)],
    ['fc.weights', { ...reals(...Array<number>(2 * features).fill(0.3)), shape: [2, features] }],
  ]);
  const source = tensorTable(tensors, { source: 'imported', where: 'tensors', describe: 'real tensors' });
  return calibrate(graph, source, pixels).tensors;
}

const requantised = (name: string, x: Stream<'int'>) => requantise(name, x, { min: -128, max: 127, weights });

test('calibration knows equal units as equal, and shifts averages like any other sum', () => {
  const mean = (x: Stream<'int'>, name: string, ...sizes: number[]) =>
    sizes.reduce((y, size) => averagePool(`${name}_${size}`, y, { size }), x);
  const summed = calibrated((x) =>
    requantised('small', sum('terms', [mean(x, 'a', 3, 7), mean(x, 'b', 7, 3)], { weights })),
  );
  expect([...summed['terms.left']!.data]).toEqual([0, 0]);
  const [whole, maxima] = [
    calibrated((x) => requantised('small', averagePool('average', x))),
    calibrated((x) => requantised('small', maxPool('maximum', x, { size: 21 }))),
  ];
  // Sums of 441 pixels around 64 are about 2^8 times as great as 127; maxima need no shift.
  expect(whole['small.shift']!.data[0]).toBe(8);
  expect(maxima['small.shift']!.data[0]).toBe(0);
  // The bias, 1/3, in the unit of the sums: 2^-8 of the weights, 2^8 of the shift, 1/441 of the average.
  expect(whole['fc.bias']!.data[0]).toBe(441 / 3);
});

test('units that no shift brings together are named', async () => {
  const unlike = () =>
    calibrated((x) => {
      const maxima = averagePool('small', maxPool('maxima', x, { size: 3 }));
      return concat('both', [requantised('first', averagePool('all', x)), requantised('second', maxima)]);
    });
  expect(await said(unlike, folder)).toMatch(
    /^NN005 .*averages › second .* units 1\/441 and 1\/49, which first and this one must .* powers of two/,
  );
});
