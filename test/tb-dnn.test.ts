// SPDX-License-Identifier: Apache-2.0
/**
 * TB-DNN as a network: shapes, and what pruning and binarization leave of the float model of [TB-DNN] (docs/papers.md).
 */
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { signedFormat, type FixedPoint } from '../generator/index.ts';
import { elementCount, showType } from '../generator/ir/types.ts';
import { nodeByName } from '../generator/ir/graph.ts';
import { kindOf } from '../generator/layers/index.ts';
import { loadNetwork } from '../generator/network-file/load-network.ts';
import { typecheck } from '../generator/passes/typecheck.ts';

/** ResNet-14 of widths 64-128-256 in 32-bit floats: MACs a frame, and bits. */
const floatModel = { macs: 421.2e6, bits: 2_777_674 * 32 };
const mebi = 2 ** 20;

describe.each([
  { network: 'tb-dnn', mebibits: 1.86, smaller: 45.6, pruned: [0.57, 0.58] },
  { network: 'tb-dnn-svhn', mebibits: 1.34, smaller: 63.1, pruned: [0.67, 0.68] },
])('$network', async ({ network, mebibits, smaller, pruned }) => {
  const { nodes } = typecheck((await loadNetwork(network)).graph);
  const bits = nodes.reduce((sum, node) => sum + (kindOf(node).parameterBits?.(node) ?? 0), 0);
  const macs = nodes.reduce((sum, node) => sum + (kindOf(node).work?.(node).macs ?? 0), 0);

  test('has no more bits than [TB-DNN] states', () => {
    expect(bits).toBeLessThanOrEqual(mebibits * mebi);
    expect(floatModel.bits / bits).toBeGreaterThanOrEqual(smaller);
  });

  test('has as few MACs as [TB-DNN] states', () => {
    expect(1 - macs / floatModel.macs).toBeGreaterThanOrEqual(pruned[0]!);
    expect(1 - macs / floatModel.macs).toBeLessThanOrEqual(pruned[1]!);
  });

  test('keeps the residual stream at 64-128-256 channels', () => {
    const shapes = nodes.filter((node) => node.inputs.length > 1).map(({ type }) => showType(type).split(' ')[0]);
    expect(shapes).toEqual(['32×32×64', '32×32×64', '16×16×128', '16×16×128', '8×8×256', '8×8×256']);
    expect(elementCount(nodeByName({ nodes }, 'avg').type)).toBe(256);
  });
});

test('unpruned it would be the float model of [TB-DNN]', async () => {
  const { tbDnn } = await import('../networks/tb-dnn.ts');
  const { nodes } = typecheck(tbDnn('whole', [64, 128, 256]));
  const macs = nodes.reduce((sum, node) => sum + (kindOf(node).work?.(node).macs ?? 0), 0);
  expect(macs / floatModel.macs).toBeCloseTo(1, 3);
  // As [TB-DNN] counts: weights, 2 parameters a batch-norm channel, biases; compares of the residual stream are this
  // project's.
  const floats = nodes
    .filter((node) => !node.name.endsWith('_s'))
    .reduce((sum, node) => sum + (kindOf(node).floatParameters?.(node) ?? 0), 0);
  expect(floats * 32).toBe(floatModel.bits);
});

test('trained weights are refused by a network whose residual stream has another format', async () => {
  const { default: ours, tbDnn } = await import('../networks/tb-dnn.ts');
  const weights = fileURLToPath(new URL('../networks/weights/tb-dnn-cifar10.safetensors', import.meta.url));
  const build = (format: FixedPoint) => typecheck(tbDnn('tb_dnn', [16, 48, 168], undefined, format), weights);
  expect(build(signedFormat(6, 3)).nodes).toHaveLength(typecheck(ours).nodes.length);
  for (const format of [signedFormat(5, 2), signedFormat(6, 2)])
    expect(() => build(format)).toThrow(/trained for results of -32\.\.31, 3 binary places/);
});
