// SPDX-License-Identifier: Apache-2.0
/** What convolution and dense layers share: sums of n weighted taps. */
import type { TypedNode } from '../../ir/graph.ts';
import { bitsOf, hasOffset, int, type Element, type Int } from '../../ir/types.ts';
import type { ChannelOrders, Report } from '../../layer-kind/layer-kind.ts';

/** Element of a sum over n taps: P in 0..n standing for 2P − n, or Σ ±x of integers. */
export function sumElement(input: Element, n: number, report: Report): Int | undefined {
  if (input.type === 'bipolar') return int(0, n, 2, -n);
  if (hasOffset(input)) {
    report('NN006', { got: 'sums of sums', fix: 'put a threshold between the two layers' });
    return undefined;
  }
  const reach = n * Math.max(Math.abs(input.min), Math.abs(input.max));
  if (reach >= 2 ** 31) {
    report('NN005', { got: `sums up to ±${reach}`, legal: 'less than 2^31' });
    return undefined;
  }
  return int(-reach, reach, input.scale);
}

/** Taps of one output: the columns of the weight matrix. */
export function fanIn(node: TypedNode): number {
  const { shape, data } = node.parameters['weights']!;
  return data.length / shape[0]!;
}

/** MACs, and 1-bit tap operations: a b-bit input times a binary weight is b of them. */
export function weightedOperations(node: TypedNode): { macs: number; operations: number } {
  const macs = node.type.height * node.type.width * node.type.channels * fanIn(node);
  return { macs, operations: macs * bitsOf(node.inputTypes[0]!.element) };
}

/** Rows and columns in other orders: filters, and the input channels of every pixel of the window. */
export function reorderWeights(node: TypedNode, { input, output }: ChannelOrders): TypedNode {
  const weights = node.parameters['weights']!;
  const n = fanIn(node);
  const channels = node.inputTypes[0]!.channels;
  const from = (i: number) => {
    const [row, column] = [Math.floor(i / n), i % n];
    const c = column % channels;
    return (output?.[row] ?? row) * n + column - c + (input?.[c] ?? c);
  };
  const data = Uint8Array.from(weights.data, (_, i) => weights.data[from(i)]!);
  return { ...node, parameters: { ...node.parameters, weights: { ...weights, data } } };
}

/** Inverted weight rows: a popcount P becomes n − P, a signed sum s becomes −s. */
export function invertRows(node: TypedNode, channels: Uint8Array): { node: TypedNode; mirror: number } {
  const weights = node.parameters['weights']!;
  const n = fanIn(node);
  const data = Uint8Array.from(weights.data);
  channels.forEach((inverted, c) => {
    if (inverted) for (let i = c * n; i < (c + 1) * n; i++) data[i] = 1 - data[i]!;
  });
  return {
    node: { ...node, parameters: { ...node.parameters, weights: { ...weights, data } } },
    mirror: node.inputTypes[0]!.element.type === 'bipolar' ? n : 0,
  };
}
