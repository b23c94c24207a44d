// SPDX-License-Identifier: Apache-2.0
/** Max-pool. On bits it is OR, or AND on the channels whose sign a threshold before it mirrored. */
import { addLayer, type Stream } from '../../dsl/network.ts';
import { number, oneOf, optional, type Rules } from '../../dsl/options.ts';
import type { Node } from '../../ir/graph.ts';
import type { LayerModel } from '../../layer-kind/layer-kind.ts';

export interface MaxPoolOptions {
  readonly size: number;
  /** The size, unless said otherwise. */
  readonly stride?: number;
  /**
   * Rows and columns that fill no window: dropped (`floor`, the default), or a window of their own that they fill in
   * part (`ceil`).
   */
  readonly rounding?: 'floor' | 'ceil';
}

/** The default first. */
const roundings = ['floor', 'ceil'] as const;

const rules: Rules<MaxPoolOptions> = {
  size: number,
  stride: optional(number),
  rounding: optional(oneOf(...roundings)),
};

/** Maximum over `size × size` windows; they overlap where the stride is less than the size. */
export function maxPool<E extends 'bipolar' | 'int'>(name: string, x: Stream<E>, options: MaxPoolOptions): Stream<E> {
  const attributes = ({ size, stride = size, rounding = roundings[0] }: MaxPoolOptions) => ({
    size,
    stride,
    ...(rounding === roundings[0] ? {} : { rounding }),
  });
  // An input that is no layer is addLayer's to name.
  const element = (x as typeof x | undefined)?.element as E;
  return addLayer({ name, kind: 'max-pool', inputs: [x], options, rules, attributes }, element);
}

export interface PoolShape {
  readonly size: number;
  readonly stride: number;
  readonly rounding?: 'ceil';
}

export function poolShape(node: Pick<Node, 'attributes'>): PoolShape {
  return node.attributes as unknown as PoolShape;
}

export const model: LayerModel = {
  kind: 'max-pool',
  title: 'max-pool',
  rounds: [{ what: 'the number of windows', legal: roundings, option: 'rounding' }],
  infer(node, [x], report) {
    const { size, stride, rounding } = poolShape(node);
    const limit = Math.min(x!.height, x!.width);
    if (!Number.isInteger(size) || size < 1 || size > limit || !Number.isInteger(stride) || stride < 1) {
      report('NN005', {
        got: `size = ${size}, stride = ${stride} on ${x!.height}×${x!.width}`,
        legal: `size 1..${limit}, stride ≥ 1`,
      });
      return undefined;
    }
    if (rounding !== undefined && rounding !== 'ceil') {
      report('NN005', { got: `rounding = ${JSON.stringify(rounding)}`, legal: roundings.join(' ') });
      return undefined;
    }
    // The last window starts inside the map, even where the stride is greater than the size.
    const outputs = (n: number) =>
      (rounding
        ? Math.min(Math.ceil((n - size) / stride), Math.ceil(n / stride) - 1)
        : Math.floor((n - size) / stride)) + 1;
    return { ...x!, height: outputs(x!.height), width: outputs(x!.width) };
  },
  resolve: (_node, [x]) => ({ minimum: { shape: [x!.channels], data: new Uint8Array(x!.channels) } }),
  isChannelwise: true,
  behindThreshold(node, mirrored) {
    // [max x ≤ θ] = AND [x ≤ θ]: where the compare is mirrored, the pool of bits is a minimum.
    const data = (node.parameters['minimum']!.data as Uint8Array).map((m, c) => m ^ mirrored[c]!);
    return { attributes: node.attributes, parameters: { minimum: { shape: [data.length], data } } };
  },
};
