// SPDX-License-Identifier: Apache-2.0
/** Fully connected binary layer: every output sees the whole map, flattened in (y, x, channel) order. */
import { addLayer, type Stream } from '../../dsl/network.ts';
import { number, weightRules, type Rules, type WeightOptions } from '../../dsl/options.ts';
import { elementCount } from '../../ir/types.ts';
import type { LayerModel } from '../../layer-kind/layer-kind.ts';
import { invertRows, reorderWeights, sumElement, weightedOperations } from '../matvec/model.ts';

export interface BinaryDenseOptions extends WeightOptions {
  readonly units: number;
}

const rules: Rules<BinaryDenseOptions> = { units: number, ...weightRules };

/**
 * Agreements (bipolar input) or Σ ±x (integer input) per unit. Weights `<tensors>.weights`, bits [units,
 * height·width·channels].
 */
export function binaryDense(name: string, x: Stream<'bipolar' | 'int'>, options: BinaryDenseOptions): Stream<'int'> {
  const attributes = ({ units }: BinaryDenseOptions) => ({ units });
  return addLayer({ name, kind: 'binary-dense', inputs: [x], options, rules, attributes }, 'int');
}

export const model: LayerModel = {
  kind: 'binary-dense',
  title: 'binary dense',
  infer(node, [x], report) {
    const units = node.attributes['units'] as number;
    if (!Number.isInteger(units) || units < 1) {
      report('NN005', { got: `units = ${units}`, legal: 'a positive integer' });
      return undefined;
    }
    const element = sumElement(x!.element, elementCount(x!), report);
    return element && { height: 1, width: 1, channels: units, element };
  },
  resolve(_node, [x], output, reader) {
    const shape = [output.channels, elementCount(x!)];
    return { weights: { shape, data: reader.bits('weights', shape) } };
  },
  work: weightedOperations,
  parameterBits: (node) => node.parameters['weights']!.data.length,
  floatParameters: (node) => node.parameters['weights']!.data.length,
  negate: invertRows,
  reorder: reorderWeights,
};
