// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import {
  binaryConv2d,
  binaryDense,
  concat,
  decide,
  input,
  intConv2d,
  maxPool,
  network,
  quantise,
  signedPixels,
  synthetic,
  threshold,
  type Stream,
} from '../index.ts';
import type { BitloomError } from '../errors/errors.ts';
import { showType } from '../ir/types.ts';
import { loadNetwork } from '../network-file/load-network.ts';
import { typecheck } from './typecheck.ts';
import { inferTypes } from './infer-types.ts';

const weights = synthetic(1);

test('types of CNV are the published shapes', async () => {
  const types = inferTypes((await loadNetwork('cnv')).graph).map(({ name, type }) => `${name} ${showType(type)}`);
  expect(types).toEqual([
    'pixels 32×32×3 int[0..255]',
    'quant 32×32×3 int[-128..127]',
    'conv0 30×30×64 int[-3456..3456]',
    'sign0 30×30×64 bipolar',
    'conv1 28×28×64 int[0..576]',
    'sign1 28×28×64 bipolar',
    'pool1 14×14×64 bipolar',
    'conv2 12×12×128 int[0..576]',
    'sign2 12×12×128 bipolar',
    'conv3 10×10×128 int[0..1152]',
    'sign3 10×10×128 bipolar',
    'pool3 5×5×128 bipolar',
    'conv4 3×3×256 int[0..1152]',
    'sign4 3×3×256 bipolar',
    'conv5 1×1×256 int[0..2304]',
    'sign5 1×1×256 bipolar',
    'fc0 1×1×512 int[0..256]',
    'fsign0 1×1×512 bipolar',
    'fc1 1×1×512 int[0..512]',
    'fsign1 1×1×512 bipolar',
    'fc2 1×1×64 int[0..512]',
    'class 1×1×11 int[-2147483648..2147483647]',
  ]);
});

test('all faults come at once, each with its node; what depends on a fault is not blamed', () => {
  const faulty = network('faulty', () => {
    const pixels = quantise('quant', input('pixels', { height: 8, width: 8, channels: 1 }), signedPixels());
    const sums = binaryConv2d('conv', pixels, { filters: 4, kernel: 9, weights });
    const other = binaryDense('fc', pixels, { units: 0, weights });
    const joined = concat('all', [sums, other, maxPool('pool', pixels, { size: 9 })]);
    const bits = threshold('sign', joined, { weights });
    return decide('class', binaryDense('fc2', bits, { units: 2, weights }), { classes: 3 });
  });
  let issues: readonly { code: string; where: string; source?: string }[] = [];
  try {
    inferTypes(faulty);
  } catch (error) {
    issues = (error as BitloomError).issues;
  }
  expect(issues.map(({ code, where }) => `${code} ${where}`)).toEqual([
    'NN005 faulty › conv (binary-conv)',
    'NN005 faulty › fc (binary-dense)',
    'NN005 faulty › pool (max-pool)',
  ]);
  for (const { source } of issues) expect(source).toMatch(/infer-types\.test\.ts:\d+$/);
});

test('sizes that no array holds are issues of their layers, before anything is drawn', () => {
  const issues = (body: (x: Stream<'int'>) => Stream<'int'>, size = 4) => {
    try {
      typecheck(
        network('vast', () => {
          const pixels = quantise('quant', input('pixels', { height: size, width: size, channels: 2 }), signedPixels());
          return decide('class', body(pixels), { classes: 2 });
        }),
      );
    } catch (error) {
      return (error as BitloomError).issues.map(({ code, where, got }) => `${code} ${where.split(' ')[2]}: ${got}`);
    }
    return [];
  };
  const dense = (units: number) => issues((x) => binaryDense('fc', x, { units, weights }));
  expect(dense(1e15)).toEqual(['NN005 fc: a result of 1×1×1000000000000000 int[-4096..4096]']);
  expect(dense(3e8)).toEqual(['NN005 fc: a result of 1×1×300000000 int[-4096..4096]']);
  expect(issues((x) => binaryConv2d('conv', x, { filters: 1e12, kernel: 1, weights }))[0]).toMatch(
    /^NN005 conv: a result of 4×4×1000000000000 /,
  );
  const padded = (pad: number) => issues((x) => intConv2d('conv', x, { filters: 1, kernel: 1, pad, weights }))[0];
  expect(padded(1e9)).toMatch(/^NN005 conv: a result of 2000000004×2000000004×1 /);
  expect(padded(40000)).toMatch(/^NN005 conv: a result of 80004×80004×1 /);
  expect(issues((x) => x, 30000)).toEqual(['NN005 pixels: a result of 30000×30000×2 int[0..255]']);
});

test('2^28 elements are the most', () => {
  const frame = (channels: number) =>
    inferTypes(
      network('most', () => {
        const pixels = quantise(
          'quant',
          input('pixels', { height: 2 ** 14, width: 2 ** 14, channels }),
          signedPixels(),
        );
        return decide('class', binaryConv2d('conv', pixels, { filters: 1, kernel: 1, stride: 2 ** 14, weights }), {
          classes: 1,
        });
      }),
    );
  expect(frame(1).length).toBe(4);
  expect(() => frame(2)).toThrow(/^NN005 .*pixels .*16384×16384×2.*at most 2\^28 elements/);
});
