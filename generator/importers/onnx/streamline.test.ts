// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { Model } from './model.ts';
import { streamline } from './streamline.ts';

const model: Model = {
  opset: 13,
  nodes: [],
  constants: new Map(),
  inputs: [{ name: 'x', shape: [0, 4] }],
  outputs: ['y'],
};

test('means and deviations are one, or one a channel', () => {
  expect(() => streamline(model, 'm.onnx', { mean: [0.1, 0.2] })).toThrow(/^NN001 .* --mean · 2 values/);
  expect(() => streamline(model, 'm.onnx', { std: [1, 1, 1] })).toThrow(/^NN001 .* --std · 3 values/);
});

test('an output beside the last of the chain is refused', () => {
  expect(() => streamline(model, 'm.onnx', { mean: [1, 2, 3, 4] })).toThrow(
    /^NN006 .* m\.onnx · outputs y · legal: .*x/,
  );
});
