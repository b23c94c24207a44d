// SPDX-License-Identifier: Apache-2.0
/** A network small enough to write its weights by hand, and weights for it that a test can spoil. */
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
} from '../generator/index.ts';
import { writeSafetensors, type NamedTensor } from '../generator/import/index.ts';
import type { Graph } from '../generator/ir/graph.ts';

const weights = synthetic(5);

export function smallNetwork(): Graph {
  return network('small', () => {
    const pixels = quantise('quant', input('pixels', { height: 4, width: 4, channels: 2 }), signedPixels());
    const sums = binaryConv2d('conv0', pixels, { filters: 4, kernel: 3, weights });
    const bits = batchNormSign('norm0', sums, { weights });
    return decide('class', binaryDense('fc0', bits, { units: 3, weights }), { classes: 3 });
  });
}

function reals(values: readonly number[]): NamedTensor {
  return { dtype: 'F32', shape: [values.length], data: Float32Array.from(values) };
}

function bits(shape: readonly number[]): NamedTensor {
  const count = shape.reduce((a, b) => a * b, 1);
  return { dtype: 'U8', shape, data: Uint8Array.from({ length: count }, (_, i) => ((i * 7) % 3) & 1) };
}

/** Every tensor of the small network, all legal. */
export function smallTensors(): Record<string, NamedTensor> {
  return {
    'conv0.weights': bits([4, 3, 3, 2]),
    'norm0.gamma': reals([1, -0.5, 0, 2]),
    'norm0.beta': reals([0, 1, -1, 3]),
    'norm0.mean': reals([10, -20, 0, 5]),
    'norm0.variance': reals([100, 400, 1, 9]),
    'fc0.weights': bits([3, 16]),
  };
}

/** Writes them, some replaced; `undefined` leaves a tensor out. */
export function writeSmallWeights(
  path: string,
  replaced: Readonly<Record<string, NamedTensor | undefined>> = {},
): string {
  const all = Object.entries({ ...smallTensors(), ...replaced });
  const present = all.filter((entry): entry is [string, NamedTensor] => entry[1] !== undefined);
  writeSafetensors(path, Object.fromEntries(present), { source: 'trained' });
  return path;
}
