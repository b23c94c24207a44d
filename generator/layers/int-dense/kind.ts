// SPDX-License-Identifier: Apache-2.0
/** Fully connected layer with weights of 2 to 8 bits on integers: the classifier. */
import { addLayer, type Stream } from '../../dsl/network.ts';
import { flag, number, optional, weightRules, type Rules, type WeightOptions } from '../../dsl/options.ts';
import { elementCount, type Int } from '../../ir/types.ts';
import type { LayerModel } from '../../layer-kind/layer-kind.ts';
import {
  int8FloatParameters,
  int8ParameterBits,
  int8Sums,
  readInt8,
  weightRangeAttributes,
  weightRangeRules,
  type WeightRangeOptions,
} from '../matvec/int8.ts';

export interface IntDenseOptions extends WeightOptions, WeightRangeOptions {
  readonly units: number;
  /** Adds `<tensors>.bias`, 32-bit integers [units] in units of the sums. */
  readonly bias?: boolean;
}

const rules: Rules<IntDenseOptions> = { units: number, bias: optional(flag), ...weightRangeRules, ...weightRules };

/** y_k = Σ w_ki·x_i (+ bias_k). Weights `<tensors>.weights`, integers of `bits` bits [units, height·width·channels]. */
export function intDense(name: string, x: Stream<'int'>, options: IntDenseOptions): Stream<'int'> {
  const attributes = (given: IntDenseOptions) => {
    const { units, bias = false } = given;
    return { units, bias, ...weightRangeAttributes(given) };
  };
  return addLayer({ name, kind: 'int-dense', inputs: [x], options, rules, attributes }, 'int');
}

export const model: LayerModel = {
  kind: 'int-dense',
  title: 'int8 dense',
  infer(node, [x], report) {
    const units = node.attributes['units'] as number;
    if (!Number.isInteger(units) || units < 1) {
      report('NN005', { got: `units = ${units}`, legal: 'a positive integer' });
      return undefined;
    }
    const element = int8Sums(node.attributes, x!.element, elementCount(x!), report);
    return element && { height: 1, width: 1, channels: units, element };
  },
  resolve: (node, [x], output, reader) =>
    readInt8(node.attributes, [output.channels, elementCount(x!)], x!.element as Int, reader),
  work(node) {
    const macs = node.parameters['weights']!.data.length;
    return { macs, operations: macs };
  },
  stored: ({ type, inputTypes: [x] }) => ({
    format: 'dense',
    shape: { filters: type.channels, kernel: 1, depth: elementCount(x!), groups: 1 },
  }),
  parameterBits: int8ParameterBits,
  floatParameters: int8FloatParameters,
};
