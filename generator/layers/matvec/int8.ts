// SPDX-License-Identifier: Apache-2.0
/**
 * What layers with weights of 2 to 8 bits on integers share: the range of their sums, and reading weights and biases.
 */
import { flag, number, optional } from '../../dsl/options.ts';
import type { TypedNode } from '../../ir/graph.ts';
import { hasOffset, int, type Element, type Int } from '../../ir/types.ts';
import type { ParameterReader, Report } from '../../layer-kind/layer-kind.ts';

/** Sums are 32-bit integers, whatever the weights. */
const limit = 2 ** 31 - 1;

export const magnitude = ({ min, max }: Int) => Math.max(Math.abs(min), Math.abs(max));

export interface WeightRangeOptions {
  /** Of a weight, 2..8. Absent: 8. */
  readonly bits?: number;
  /** Weights from −2^(bits−1) + 1, one value less: −1, 0, 1 of 2 bits. Absent: false. */
  readonly narrow?: boolean;
}

export const weightRangeRules = { bits: optional(number), narrow: optional(flag) };

type Attributes = TypedNode['attributes'];

/** What the options add to a node: nothing where neither is given, so that its hash says what it always said. */
export function weightRangeAttributes({ bits, narrow }: WeightRangeOptions): Attributes {
  return { ...(bits === undefined ? {} : { bits }), ...(narrow === undefined ? {} : { narrow }) };
}

/** Bits of one weight. */
const weightBits = (attributes: Attributes) => (attributes['bits'] as number | undefined) ?? 8;

/** Weights, least and greatest. */
function weightRange(attributes: Attributes): readonly [low: number, high: number] {
  const half = 2 ** (weightBits(attributes) - 1);
  return [-half + Number(attributes['narrow'] === true), half - 1];
}

/**
 * Element of Σ w·x over n taps, ±(taps · greatest |w| · greatest |x|), with a 32-bit bias or none; an issue where x is
 * no plain integer, or the weights have no such number of bits.
 */
export function int8Sums(attributes: Attributes, element: Element, taps: number, report: Report): Int | undefined {
  const bits = weightBits(attributes);
  if (!Number.isInteger(bits) || bits < 2 || bits > 8) {
    report('NN005', { got: `bits = ${bits}`, legal: '2..8' });
    return undefined;
  }
  if (element.type !== 'int' || hasOffset(element)) {
    const got = element.type === 'int' ? 'int8 weights on popcounts' : 'int8 weights on bits';
    report('NN005', { got, legal: 'integers that stand for multiples of their unit' });
    return undefined;
  }
  const [low] = weightRange(attributes);
  const reach = attributes['bias'] ? limit : Math.min(limit, taps * -low * magnitude(element));
  return int(-reach, reach, element.scale);
}

/** Refuses the first weight beyond the range. */
function requireWithin(weights: Int8Array, [low, high]: readonly [number, number], reader: ParameterReader): void {
  const at = weights.findIndex((weight) => weight < low || weight > high);
  if (at >= 0) reader.refuse('weights', `${weights[at]} at ${at}`, `integers ${low}..${high}, as bits and narrow say`);
}

/**
 * `weights` of the shape, rows first, and `bias`; NN013 where a weight is beyond the range of the attributes, or the
 * greatest sums of a row need more than 32 bits.
 */
export function readInt8(attributes: Attributes, shape: readonly number[], input: Int, reader: ParameterReader) {
  const [rows, ...window] = shape as [number, ...number[]];
  const taps = window.reduce((a, b) => a * b, 1);
  // Synthetic weights stay so small that no sum can pass the limit.
  const range = weightRange(attributes);
  const most = Math.min(range[1], Math.floor(limit / 2 / (taps * magnitude(input))));
  const weights = reader.int8('weights', shape, most);
  requireWithin(weights, range, reader);
  const biases = attributes['bias']
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

/** The bits of each weight, and 32 a bias where there are any. */
export function int8ParameterBits(node: TypedNode): number {
  return (
    weightBits(node.attributes) * node.parameters['weights']!.data.length +
    (node.attributes['bias'] ? 32 * node.type.channels : 0)
  );
}

export function int8FloatParameters(node: TypedNode): number {
  return node.parameters['weights']!.data.length + (node.attributes['bias'] ? node.type.channels : 0);
}
