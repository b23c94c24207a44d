// SPDX-License-Identifier: Apache-2.0
/** Average pool as a sum: the division lives in the unit of the result, so that nothing is rounded. */
import { addLayer, type Stream } from '../../dsl/network.ts';
import { number, optional, type Rules } from '../../dsl/options.ts';
import { over, rational } from '../../ir/rational.ts';
import { int, type TensorType } from '../../ir/types.ts';
import type { LayerModel } from '../../layer-kind/layer-kind.ts';

export interface AveragePoolOptions {
  /** Windows of `size × size`, side by side; rows and columns that fill none are dropped. The whole map unless said. */
  readonly size?: number;
}

const rules: Rules<AveragePoolOptions> = { size: optional(number) };

/** y = Σ x over a window of n pixels, standing for the average: its unit is the input's, divided by n. */
export function averagePool(name: string, x: Stream<'int'>, options: AveragePoolOptions = {}): Stream<'int'> {
  const attributes = ({ size }: AveragePoolOptions) => (size === undefined ? {} : { size });
  return addLayer({ name, kind: 'average-pool', inputs: [x], options, rules, attributes }, 'int');
}

/** Rows and columns of a window. */
export function windowOf(
  node: { readonly attributes: { readonly [key: string]: unknown } },
  input: TensorType,
): { rows: number; columns: number } {
  const { size } = node.attributes as { size?: number };
  return { rows: size ?? input.height, columns: size ?? input.width };
}

export const model: LayerModel = {
  kind: 'average-pool',
  title: 'average pool',
  rounds: [{ what: 'the number of windows', legal: ['floor'] }],
  infer(node, [x], report) {
    const { rows, columns } = windowOf(node, x!);
    const { element, channels } = x!;
    const limit = Math.min(x!.height, x!.width);
    if (element.type !== 'int') {
      report('NN005', { got: 'an average of bits', legal: 'integers' });
      return undefined;
    }
    if (!Number.isInteger(rows) || rows < 1 || rows > x!.height || columns > x!.width) {
      report('NN005', { got: `size = ${rows} on ${x!.height}×${x!.width}`, legal: `1..${limit}` });
      return undefined;
    }
    const n = rows * columns;
    const reach = n * Math.max(Math.abs(element.min), Math.abs(element.max));
    if (reach >= 2 ** 31) {
      report('NN005', { got: `sums up to ±${reach}`, legal: 'less than 2^31' });
      return undefined;
    }
    const { min, max, scale, offset } = element;
    const sums = int(n * min, n * max, over(scale, rational(n)), offset);
    return { height: Math.floor(x!.height / rows), width: Math.floor(x!.width / columns), channels, element: sums };
  },
};
