import { expect, test } from 'vitest';
import {
  binaryConv2d,
  binaryDense,
  concat,
  decide,
  input,
  maxPool,
  network,
  quantise,
  signedPixels,
  synthetic,
  threshold,
} from '../dsl/index.ts';
import { BitloomError } from '../errors.ts';
import { showType } from '../ir/types.ts';
import { loadNetwork } from '../load-network.ts';
import { inferTypes } from './infer-types.ts';

const weights = synthetic(1);

test('types of CNV are the published shapes', async () => {
  const types = inferTypes((await loadNetwork('cnv')).graph).map(
    ({ name, type }) => `${name} ${showType(type)}`,
  );
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
