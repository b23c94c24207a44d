// SPDX-License-Identifier: Apache-2.0
/** Convolution with weights of 2 to 8 bits on integers, in groups of channels, padded with zeros. */
import { addLayer, type Stream } from '../../dsl/network.ts';
import { flag, number, optional, weightRules, type Rules, type WeightOptions } from '../../dsl/options.ts';
import type { TypedNode } from '../../ir/graph.ts';
import { bitsOf, type Int } from '../../ir/types.ts';
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

export interface IntConvOptions extends WeightOptions, WeightRangeOptions {
  readonly filters: number;
  /** Square kernel. */
  readonly kernel: number;
  readonly stride?: number;
  /** Rows and columns of zeros on every side. */
  readonly pad?: number;
  /** Filters and input channels fall into so many groups; a filter sees the channels of its own. */
  readonly groups?: number;
  /** Adds `<tensors>.bias`, 32-bit integers [filters] in units of the sums. */
  readonly bias?: boolean;
}

const rules: Rules<IntConvOptions> = {
  filters: number,
  kernel: number,
  stride: optional(number),
  pad: optional(number),
  groups: optional(number),
  bias: optional(flag),
  ...weightRangeRules,
  ...weightRules,
};

/**
 * y_f = Σ w·x (+ bias_f). Weights `<tensors>.weights`, integers of `bits` bits [filters, kernel, kernel, channels /
 * groups].
 */
export function intConv2d(name: string, x: Stream<'int'>, options: IntConvOptions): Stream<'int'> {
  const attributes = (given: IntConvOptions) => {
    const { filters, kernel, stride = 1, pad = 0, groups = 1, bias = false } = given;
    return { filters, kernel, stride, pad, groups, bias, ...weightRangeAttributes(given) };
  };
  return addLayer({ name, kind: 'int-conv', inputs: [x], options, rules, attributes }, 'int');
}

export interface IntConvShape {
  readonly filters: number;
  readonly kernel: number;
  readonly stride: number;
  readonly pad: number;
  readonly groups: number;
  readonly bias: boolean;
}

export function intConvShape(node: Pick<TypedNode, 'attributes'>): IntConvShape {
  return node.attributes as unknown as IntConvShape;
}

export const model: LayerModel = {
  kind: 'int-conv',
  title: 'int8 conv',
  rounds: [{ what: 'the number of outputs in a row or column', legal: ['floor'] }],
  infer(node, [x], report) {
    const { filters, kernel, stride, pad, groups } = intConvShape(node);
    let sound = true;
    const refuse = (got: string, legal: string) => {
      report('NN005', { got, legal });
      sound = false;
    };
    for (const [option, value] of Object.entries({ filters, kernel, stride, groups }))
      if (!Number.isInteger(value) || value < 1) refuse(`${option} = ${value}`, 'a positive integer');
    if (!Number.isInteger(pad) || pad < 0) refuse(`pad = ${pad}`, '0 or a positive integer');
    if (bitsOf(x!.element) > 16) refuse(`an input of ${bitsOf(x!.element)} bits`, 'at most 16: requantise it');
    if (!sound) return undefined;
    if (filters % groups !== 0 || x!.channels % groups !== 0)
      refuse(`${groups} groups of ${x!.channels} channels and ${filters} filters`, 'a divisor of both');
    if (x!.height + 2 * pad < kernel || x!.width + 2 * pad < kernel)
      refuse(
        `a ${kernel}×${kernel} kernel on ${x!.height}×${x!.width} with pad ${pad}`,
        'a kernel inside the padded map',
      );
    if (!sound) return undefined;
    const outputs = (size: number) => Math.floor((size + 2 * pad - kernel) / stride) + 1;
    const element = int8Sums(node.attributes, x!.element, (kernel * kernel * x!.channels) / groups, report);
    return element && { height: outputs(x!.height), width: outputs(x!.width), channels: filters, element };
  },
  resolve(node, [x], _output, reader) {
    const { filters, kernel, groups } = intConvShape(node);
    const shape = [filters, kernel, kernel, x!.channels / groups];
    return readInt8(node.attributes, shape, x!.element as Int, reader);
  },
  work(node) {
    const macs = node.type.height * node.type.width * node.parameters['weights']!.data.length;
    return { macs, operations: macs };
  },
  stored(node) {
    const { filters, kernel, groups } = intConvShape(node);
    return { format: 'convolution', shape: { filters, kernel, groups, depth: node.inputTypes[0]!.channels / groups } };
  },
  parameterBits: int8ParameterBits,
  floatParameters: int8FloatParameters,
};
