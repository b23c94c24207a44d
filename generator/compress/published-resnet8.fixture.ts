// SPDX-License-Identifier: Apache-2.0
/** The published ResNet-8 drawn at random, as its two files have it. */
import { randomFrom } from '../passes/random.ts';

/** Kernel, inputs, filters of conv2d, conv2d_1, …; the batch-norm behind each, where it has one. */
const convs: [number, number, number, number?][] = [
  [3, 3, 16, 0],
  [3, 16, 16, 1],
  [3, 16, 16, 2],
  [3, 16, 32, 3],
  [3, 32, 32, 4],
  [1, 16, 32],
  [3, 32, 64, 5],
  [3, 64, 64, 6],
  [1, 32, 64],
];
const numbered = (name: string, i: number) => (i === 0 ? name : `${name}_${i}`);
const shapes: [string, number[]][] = convs.flatMap(([kernel, inputs, filters, norm], i) => [
  [`${numbered('conv2d', i)}/kernel:0`, [kernel, kernel, inputs, filters]],
  [`${numbered('conv2d', i)}/bias:0`, [filters]],
  ...(norm === undefined
    ? []
    : ['gamma', 'beta', 'moving_mean', 'moving_variance'].map((key): [string, number[]] => [
        `${numbered('batch_normalization', norm)}/${key}:0`,
        [filters],
      ])),
]);
shapes.push(['dense/kernel:0', [64, 10]], ['dense/bias:0', [10]]);

let end = 0;
/** The list of tensors, and the floats. */
export const list = shapes.map(([name, shape]) => {
  const offset = end;
  end += shape.reduce((a, b) => a * b, 1);
  return { name, shape, offset };
});
const random = randomFrom('resnet8');
export const floats = Float32Array.from({ length: end }, () => random());
