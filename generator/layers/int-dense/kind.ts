// SPDX-License-Identifier: Apache-2.0
/** Fully connected layer with 8-bit weights on integers: the classifier. */
import { addLayer, type Stream } from '../../dsl/network.ts';
import { flag, number, optional, weightRules, type Rules, type WeightOptions } from '../../dsl/options.ts';
import { elementCount, type Int } from '../../ir/types.ts';
import type { LayerModel } from '../../layer-kind/layer-kind.ts';
import { int8FloatParameters, int8ParameterBits, int8Sums, readInt8 } from '../matvec/int8.ts';

export interface IntDenseOptions extends WeightOptions {
  readonly units: number;
  /** Adds `<tensors>.bias`, 32-bit integers [units] in units of the sums. */
  readonly bias?: boolean;
}

const rules: Rules<IntDenseOptions> = { units: number, bias: optional(flag), ...weightRules };

/** y_k = Σ w_ki·x_i (+ bias_k). Weights `<tensors>.weights`, integers −128..127 [units, height·width·channels]. */
export function intDense(name: string, x: Stream<'int'>, options: IntDenseOptions): Stream<'int'> {
  const attributes = ({ units, bias = false }: IntDenseOptions) => ({ units, bias });
  return addLayer({ name, kind: 'int-dense', inputs: [x], options, rules, attributes }, 'int');
}

export const model: LayerModel = {
  kind: 'int-dense',
  title: 'int8 dense',
  infer(node, [x], report) {
    const { units, bias } = node.attributes as { units: number; bias: boolean };
    if (!Number.isInteger(units) || units < 1) {
      report('NN005', { got: `units = ${units}`, legal: 'a positive integer' });
      return undefined;
    }
    const element = int8Sums(x!.element, elementCount(x!), bias, report);
    return element && { height: 1, width: 1, channels: units, element };
  },
  resolve: (node, [x], output, reader) =>
    readInt8([output.channels, elementCount(x!)], x!.element as Int, node.attributes['bias'] === true, reader),
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
