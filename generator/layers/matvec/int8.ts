// SPDX-License-Identifier: Apache-2.0
/** What layers with 8-bit weights on integers share: the range of their sums, and reading weights and biases. */
import type { TypedNode } from '../../ir/graph.ts';
import { hasOffset, int, type Element, type Int } from '../../ir/types.ts';
import type { ParameterReader, Report } from '../../layer-kind/layer-kind.ts';

/** Sums are 32-bit integers, whatever the weights. */
const limit = 2 ** 31 - 1;

export const magnitude = ({ min, max }: Int) => Math.max(Math.abs(min), Math.abs(max));

/** Element of Σ w·x over n taps, with a 32-bit bias or none; an issue where x is no plain integer. */
export function int8Sums(element: Element, taps: number, bias: boolean, report: Report): Int | undefined {
  if (element.type !== 'int' || hasOffset(element)) {
    const got = element.type === 'int' ? 'int8 weights on popcounts' : 'int8 weights on bits';
    report('NN005', { got, legal: 'integers that stand for multiples of their unit' });
    return undefined;
  }
  const reach = bias ? limit : Math.min(limit, taps * 128 * magnitude(element));
  return int(-reach, reach, element.scale);
}

/**
 * `weights` −128..127 of the shape, rows first, and `bias`; NN013 where the greatest sums of a row need more than 32
 * bits.
 */
export function readInt8(shape: readonly number[], input: Int, bias: boolean, reader: ParameterReader) {
  const [rows, ...window] = shape as [number, ...number[]];
  const taps = window.reduce((a, b) => a * b, 1);
  // Synthetic weights stay so small that no sum can pass the limit.
  const weights = reader.int8('weights', shape, Math.min(127, Math.floor(limit / 2 / (taps * magnitude(input)))));
  const biases = bias
    ? reader.integers('bias', [rows], (random) => Math.round(magnitude(input) * (random() - 0.5)))
    : new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    let reach = Math.abs(biases[row]!);
    for (let i = row * taps; i < (row + 1) * taps; i++) reach += Math.abs(weights[i]!) * magnitude(input);
    if (reach > limit)
      reader.refuse(
        'weights',
        `sums of row ${row} up to ±${reach}`,
        `up to ±${limit}: smaller weights, or a narrower input`,
      );
  }
  return { weights: { shape, data: weights }, bias: { shape: [rows], data: biases } };
}

/** 8 bits a weight, and 32 a bias where there are any. */
export function int8ParameterBits(node: TypedNode): number {
  return 8 * node.parameters['weights']!.data.length + (node.attributes['bias'] ? 32 * node.type.channels : 0);
}

export function int8FloatParameters(node: TypedNode): number {
  return node.parameters['weights']!.data.length + (node.attributes['bias'] ? node.type.channels : 0);
}
