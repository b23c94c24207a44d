// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  averagePool,
  concat,
  decide,
  input,
  intConv2d,
  intDense,
  maxPool,
  network,
  quantise,
  requantise,
  signedPixels,
  sum,
  synthetic,
  type Stream,
} from '../index.ts';
import { interpreter } from '../golden/interpret.ts';
import { writeSafetensors, type NamedTensor } from '../import/index.ts';
import { tensorTable } from '../import/tensor-table.ts';
import { randomFrom } from '../passes/random.ts';
import { typecheck } from '../passes/typecheck.ts';
import { calibrate } from './calibrate.ts';
import { bestFraction, candidateFractions, squaredError, toFixedPoint } from '../tensor/fixed-point.ts';

const folder = mkdtempSync(join(tmpdir(), 'bitloom-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('fixed point', () => {
  const int8 = { min: -128, max: 127 };

  test('rounds halves up and saturates', () => {
    expect([-0.5, 0.5, 1.49, 300, -300].map((value) => toFixedPoint(value, 0, int8))).toEqual([0, 1, 1, 127, -128]);
    // 0.5 added to the greatest double below 0.5 is 1.
    expect([0.49999999999999994, -0.49999999999999994].map((value) => toFixedPoint(value, 0, int8))).toEqual([0, 0]);
    expect([toFixedPoint(0.75, 2, int8), toFixedPoint(40, -3, int8)]).toEqual([3, 5]);
  });

  test('the first candidate holds the greatest value, the next one does not', () => {
    for (const greatest of [0.003, 0.9, 1, 127, 127.4, 127.6, 5000]) {
      const [first] = candidateFractions([0.001, -greatest], int8);
      expect(greatest * 2 ** first!).toBeLessThanOrEqual(127.5);
      expect(greatest * 2 ** (first! + 1)).toBeGreaterThan(127.5);
    }
  });

  test('a lone outlier saturates where that loses less than coarse steps would', () => {
    const spread = Array.from({ length: 10_000 }, (_, i) => Math.sin(i) / 2);
    expect(bestFraction(spread, int8)).toBe(8);
    expect(bestFraction([...spread, 1.01], int8)).toBe(7);
    expect(bestFraction([...spread, 100], int8)).toBe(0);
    const [least, ...others] = [7, 6, 8].map((fraction) => squaredError([...spread, 1.01], fraction, int8));
    for (const other of others) expect(least).toBeLessThan(other);
  });

  test('a range without negative integers cuts negative values off at no loss', () => {
    expect(squaredError([-3, 4], 0, { min: 0, max: 127 })).toBe(0);
    expect(squaredError([-3, 4], 0, { min: -2, max: 127 })).toBe(1);
  });
});

/** Two branches of very different magnitude meet in a concatenation, behind a pool on one side. */
const graph = network('branches', () => {
  const weights = synthetic(1);
  const relu = (name: string, x: Stream<'int'>) =>
    requantise(`${name}_relu`, x, { min: 0, max: 127, weights, tensors: name });
  const conv = (name: string, x: Stream<'int'>, filters: number, kernel: number) =>
    relu(name, intConv2d(name, x, { filters, kernel, pad: kernel >> 1, bias: true, weights }));
  const pixels = quantise('quant', input('pixels', { height: 8, width: 8, channels: 3 }), signedPixels());
  const first = conv('first', pixels, 8, 3);
  const join = concat('join', [
    maxPool('small_pool', conv('small', first, 5, 1), { size: 2 }),
    maxPool('large_pool', conv('large', first, 6, 3), { size: 2 }),
  ]);
  return decide(
    'class',
    intDense('fc', averagePool('average', conv('last', join, 7, 1)), { units: 4, bias: true, weights }),
    { classes: 4 },
  );
});

const shapes = {
  first: [8, 3, 3, 3],
  small: [5, 1, 1, 8],
  large: [6, 3, 3, 8],
  last: [7, 1, 1, 11],
  fc: [4, 7],
} as const;
const scales = { first: 1 / 512, small: 1 / 4096, large: 1 / 16, last: 1 / 64, fc: 1 / 64 };

/** Weights that 8 bits hold exactly: multiples of a power of two. */
function realTensors(
  shapesOf: Readonly<Record<string, readonly number[]>> = shapes,
  scaleOf: Readonly<Record<string, number>> = scales,
): Map<string, NamedTensor> {
  const random = randomFrom('real');
  const tensors = new Map<string, NamedTensor>();
  for (const [name, shape] of Object.entries(shapesOf)) {
    const scale = scaleOf[name]!;
    const count = shape.reduce((a, b) => a * b);
    tensors.set(`${name}.weights`, {
      dtype: 'F32',
      shape,
      data: Float32Array.from(
        { length: count },
        (_, i) => (i === 0 ? 127 : Math.round((random() - 0.5) * 240)) * scale + 0,
      ),
    });
    tensors.set(`${name}.bias`, {
      dtype: 'F32',
      shape: [shape[0]!],
      data: Float32Array.from({ length: shape[0]! }, () => random() - 0.5),
    });
  }
  return tensors;
}

const source = (tensors: Map<string, NamedTensor>) =>
  tensorTable(tensors, { source: 'imported', where: 'real', describe: 'real weights' });
const random = randomFrom('pixels');
const pixels = Uint8Array.from({ length: 6 * 192 }, () => random() * 256);
const calibrated = calibrate(graph, source(realTensors()), pixels);
const only = (name: string) => calibrated.tensors[name]!.data as Int32Array;

describe('calibration', () => {
  test('finds the unit of weights that 8 bits hold exactly', () => {
    for (const { layer, weightFraction, signalToNoise } of calibrated.layers) {
      expect(2 ** -weightFraction).toBe(scales[layer as keyof typeof scales]);
      expect(signalToNoise).toBe(Infinity);
      const real = realTensors().get(`${layer}.weights`)!.data as Float32Array;
      expect([...only(`${layer}.weights`)].map((w) => w * 2 ** -weightFraction)).toEqual([...real]);
    }
  });

  /** Real value of 1 behind a layer's shift. */
  const unitBehind = (layer: keyof typeof scales, before: number) =>
    before * scales[layer] * 2 ** only(`${layer}.shift`)[0]!;

  test('branches that meet get one unit; biases are in units of the sums', () => {
    const first = unitBehind('first', 1);
    expect(unitBehind('small', first)).toBe(unitBehind('large', first));
    const bias = realTensors().get('large.bias')!.data as Float32Array;
    expect([...only('large.bias')]).toEqual([...bias].map((b) => Math.floor(b / (first * scales.large) + 0.5)));
  });

  test('a shift loses least of the sums that arrive', () => {
    const file = join(folder, 'branches.safetensors');
    writeSafetensors(file, calibrated.tensors, { source: 'imported' });
    const { trace } = interpreter(typecheck(graph, file));
    const sums = Array.from({ length: 6 }, (_, i) => [
      ...trace(pixels.subarray(i * 192, (i + 1) * 192)).get('first')!.data,
    ]).flat();
    const loss = (shift: number) =>
      sums.reduce(
        (sum, x) =>
          sum + (Math.max(0, x) - 2 ** shift * Math.min(127, Math.floor(Math.max(0, x) / 2 ** shift + 0.5))) ** 2,
        0,
      );
    const losses = Array.from({ length: 25 }, (_, shift) => loss(shift));
    expect(losses.indexOf(Math.min(...losses))).toBe(only('first.shift')[0]);
  });

  test('its results are those of the golden model on the written file', () => {
    const file = join(folder, 'results.safetensors');
    writeSafetensors(file, calibrated.tensors, { source: 'imported' });
    const { run } = interpreter(typecheck(graph, file));
    expect(calibrated.results).toEqual(
      Array.from({ length: 6 }, (_, i) => run(pixels.subarray(i * 192, (i + 1) * 192)).data),
    );
  });

  test('terms of a sum are shifted to the smallest unit among theirs; requantisations before it keep their own', () => {
    const residual = network('residual', () => {
      const weights = synthetic(1);
      const relu = (name: string, x: Stream<'int'>) =>
        requantise(`${name}_relu`, x, { min: 0, max: 127, weights, tensors: name });
      const conv = (name: string, x: Stream<'int'>, filters: number, kernel: number) =>
        intConv2d(name, x, { filters, kernel, pad: kernel >> 1, bias: true, weights });
      const first = relu(
        'first',
        conv('first', quantise('quant', input('pixels', { height: 8, width: 8, channels: 3 }), signedPixels()), 8, 3),
      );
      const terms = [first, conv('same', relu('inner', conv('inner', first, 8, 3)), 8, 3), conv('side', first, 8, 1)];
      return decide(
        'class',
        intDense('fc', averagePool('average', relu('joined', sum('joined', terms, { weights }))), {
          units: 4,
          bias: true,
          weights,
        }),
        { classes: 4 },
      );
    });
    const [shapesOf, scaleOf] = [
      { first: [8, 3, 3, 3], inner: [8, 3, 3, 8], same: [8, 3, 3, 8], side: [8, 1, 1, 8], fc: [4, 8] },
      { first: 1 / 512, inner: 1 / 1024, same: 1 / 256, side: 1 / 64, fc: 1 / 64 },
    ];
    const { tensors } = calibrate(residual, source(realTensors(shapesOf, scaleOf)), pixels);
    const data = (name: string) => tensors[name]!.data as Int32Array;
    const unit = scaleOf.first * 2 ** data('first.shift')[0]!;
    const inner = unit * scaleOf.inner * 2 ** data('inner.shift')[0]!;
    const units = [unit, inner * scaleOf.same, unit * scaleOf.side];
    expect([...data('joined.left')].map((left, i) => units[i]! / 2 ** left)).toEqual(
      units.map(() => Math.min(...units)),
    );
    const file = join(folder, 'residual.safetensors');
    writeSafetensors(file, tensors, { source: 'imported' });
    expect(typecheck(residual, file).nodes.find(({ name }) => name === 'joined')!.parameters['left']!.data).toEqual(
      data('joined.left'),
    );
  });

  test('shifts of a sum of pixels and 8-bit layers are those of the true units, which no network file knows', () => {
    const shortcut = network('shortcut', () => {
      const weights = synthetic(1);
      const pixelsIn = quantise('quant', input('pixels', { height: 8, width: 8, channels: 3 }), {
        ...signedPixels(),
        scale: 1 / 128,
      });
      const relu = (name: string, x: Stream<'int'>) => requantise(name, x, { min: 0, max: 127, weights });
      const inner = relu('inner_8', intConv2d('inner', pixelsIn, { filters: 8, kernel: 3, pad: 1, weights }));
      const terms = [pixelsIn, intConv2d('same', inner, { filters: 3, kernel: 1, weights })];
      return decide(
        'class',
        intDense('fc', relu('joined_8', sum('joined', terms, { weights })), { units: 4, bias: true, weights }),
        { classes: 4 },
      );
    });
    const fresh = typecheck(shortcut).nodes.find(({ name }) => name === 'joined')!;
    expect([...fresh.parameters['left']!.data]).toEqual([0, 7]);
    const tensors = realTensors(
      { inner: [8, 3, 3, 3], same: [3, 1, 1, 8], fc: [4, 192] },
      { inner: 1 / 512, same: 1 / 256, fc: 1 / 64 },
    );
    const written = calibrate(shortcut, source(tensors), pixels).tensors;
    const left = written['joined.left']!.data as Int32Array;
    expect([...left]).not.toEqual([0, 7]);
    const file = join(folder, 'shortcut.safetensors');
    writeSafetensors(file, written, { source: 'imported' });
    expect(typecheck(shortcut, file).nodes.find(({ name }) => name === 'joined')!.parameters['left']!.data).toEqual(
      left,
    );
  });

  test.each([
    ['a convolution', [6, 1, 1, 4], 1, 'first'],
    ['one in groups', [6, 1, 1, 2], 2, 'first'],
    ['a dense layer', [3, 6 * 64], 1, 'fc'],
  ])('rounded weights leave the mean of every sum where it was: %s', (_, shape, groups, layer) => {
    const scaled = network('scaled', () => {
      const weights = synthetic(1);
      const pixels = quantise('quant', input('pixels', { height: 8, width: 8, channels: 4 }), {
        element: 'int',
        values: Array.from({ length: 256 }, (_, p) => p >> 1),
        scale: 1,
      });
      const first = requantise(
        'relu',
        intConv2d('first', pixels, { filters: 6, kernel: 1, groups, bias: true, weights }),
        { min: 0, max: 127, weights, tensors: 'first' },
      );
      return decide('class', intDense('fc', first, { units: 3, bias: true, weights }), { classes: 3 });
    });
    const tensors = realTensors({ first: [6, 1, 1, 4 / groups], fc: [3, 6 * 64] }, { first: 1 / 64, fc: 1 / 64 });
    const real = tensors.get(`${layer}.weights`)!.data as Float32Array;
    // Errors of one sign, a tenth to four tenths of a step.
    real.forEach((w, i) => (real[i] = w + (0.1 + 0.05 * (i % 7)) / 64));
    const { tensors: found } = calibrate(scaled, source(tensors), pixels.subarray(0, 4 * 256), { correctBiases: true });
    const file = join(folder, 'scaled.safetensors');
    writeSafetensors(file, found, { source: 'imported' });
    const { trace } = interpreter(typecheck(scaled, file));
    const frames = Array.from({ length: 4 }, (_, i) => trace(pixels.subarray(i * 256, (i + 1) * 256)));
    const of = (name: string, frame: (typeof frames)[number]) => frame.get(name)!.data;
    const [rows, inputs] = [shape[0]!, shape.at(-1)!];
    const bias = tensors.get(`${layer}.bias`)!.data as Float32Array;
    const unit = layer === 'first' ? 1 / 64 : 2 ** (found['first.shift']!.data as Int32Array)[0]! / 64 ** 2;
    for (let row = 0; row < rows; row++) {
      const [sums, wanted]: [number[], number[]] = [[], []];
      for (const frame of frames) {
        const [x, y] = [of(layer === 'first' ? 'quant' : 'relu', frame), of(layer, frame)];
        for (let at = 0; at < y.length / rows; at++) {
          sums.push(y[at * rows + row]!);
          const from = at * inputs * groups + inputs * Math.floor((row * groups) / rows);
          wanted.push(
            bias[row]! / unit +
              real.subarray(row * inputs, (row + 1) * inputs).reduce((sum, w, i) => sum + w * 64 * x[from + i]!, 0),
          );
        }
      }
      const mean = (list: number[]) => list.reduce((a, b) => a + b) / list.length;
      // A bias is rounded, and nothing else is left.
      expect(Math.abs(mean(sums) - mean(wanted))).toBeLessThan(0.5001);
    }
  });

  test('tensors that are missing, misshapen or not finite are named', () => {
    const said = (change: (tensors: Map<string, NamedTensor>) => void) => {
      const tensors = realTensors();
      change(tensors);
      return () => calibrate(graph, source(tensors), pixels);
    };
    expect(said((t) => t.delete('large.bias'))).toThrow(
      /^NN010 .*branches › large \(int-conv\).* no tensor large\.bias/,
    );
    expect(
      said((t) => t.set('last.weights', { dtype: 'F32', shape: [7, 1, 1, 10], data: new Float32Array(70) })),
    ).toThrow(/^NN012 .*last\.weights is \[7, 1, 1, 10\]/);
    expect(said((t) => t.set('fc.bias', { dtype: 'F32', shape: [4], data: Float32Array.of(1, NaN, 0, 0) }))).toThrow(
      /^NN013 .*fc\.bias\[1\] = NaN/,
    );
    expect(said((t) => t.set('first.bias', { dtype: 'F32', shape: [8], data: new Float32Array(8).fill(1e9) }))).toThrow(
      /^NN013 .*first\.bias: 1000000000 is 512000000000 units of the sums/,
    );
  });

  test('weights of nothing but zeros are no fault', () => {
    const tensors = realTensors();
    tensors.set('large.weights', { dtype: 'F32', shape: shapes.large, data: new Float32Array(432) });
    const { tensors: found } = calibrate(graph, source(tensors), pixels);
    expect((found['large.weights']!.data as Int8Array).every((w) => w === 0)).toBe(true);
  });
});
