// SPDX-License-Identifier: Apache-2.0
/** Binary convolution: ±1 weights on ±1 activations (popcount) or on small integers (signed sum, the first layer). */
import { addLayer, type Stream } from '../../dsl/network.ts';
import { number, optional, record, weightRules, type Rules, type WeightOptions } from '../../dsl/options.ts';
import type { TypedNode } from '../../ir/graph.ts';
import type { Int } from '../../ir/types.ts';
import type { LayerModel } from '../../layer-kind/layer-kind.ts';
import { invertRows, reorderWeights, sumElement, weightedOperations } from '../matvec/model.ts';

export interface BinaryConvOptions extends WeightOptions {
  readonly filters: number;
  /** Square kernel. */
  readonly kernel: number;
  readonly stride?: number;
  /** Explicit padding; ±1 for bipolar inputs (there is no zero), an integer of the input's range otherwise. */
  readonly pad?: { readonly size: number; readonly value: number };
}

const rules: Rules<BinaryConvOptions> = {
  filters: number,
  kernel: number,
  stride: optional(number),
  pad: optional(record({ size: number, value: number })),
  ...weightRules,
};

/**
 * Agreements P = popcount(xnor(x, w)) of a bipolar input, Σ ±x of an integer one.
 * Weights `<tensors>.weights`, bits [filters, kernel, kernel, channels].
 */
export function binaryConv2d(name: string, x: Stream<'bipolar' | 'int'>, options: BinaryConvOptions): Stream<'int'> {
  const attributes = ({ filters, kernel, stride = 1, pad = { size: 0, value: -1 } }: BinaryConvOptions) => ({
    filters,
    kernel,
    stride,
    padSize: pad.size,
    padValue: pad.value,
  });
  return addLayer({ name, kind: 'binary-conv', inputs: [x], options, rules, attributes }, 'int');
}

export interface ConvShape {
  readonly filters: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padSize: number;
  readonly padValue: number;
}

export function convShape(node: Pick<TypedNode, 'attributes'>): ConvShape {
  return node.attributes as unknown as ConvShape;
}

export const model: LayerModel = {
  kind: 'binary-conv',
  title: 'binary conv',
  rounds: [{ what: 'the number of outputs in a row or column', legal: ['floor'] }],
  infer(node, [x], report) {
    const { filters, kernel, stride, padSize, padValue } = convShape(node);
    let sound = true;
    const refuse = (got: string, legal: string) => {
      report('NN005', { got, legal });
      sound = false;
    };
    if (!Number.isInteger(filters) || filters < 1) refuse(`filters = ${filters}`, 'a positive integer');
    if (!Number.isInteger(kernel) || kernel < 1) refuse(`kernel = ${kernel}`, 'a positive integer');
    if (!Number.isInteger(stride) || stride < 1) refuse(`stride = ${stride}`, 'a positive integer');
    if (!Number.isInteger(padSize) || padSize < 0 || padSize >= Math.max(kernel, 1))
      refuse(`pad.size = ${padSize}`, `0..${kernel - 1} (less than the kernel)`);
    if (!sound) return undefined;
    const isWithin = ({ min, max }: Int) => Number.isInteger(padValue) && padValue >= min && padValue <= max;
    if (x!.element.type === 'bipolar' ? Math.abs(padValue) !== 1 : !isWithin(x!.element))
      refuse(
        `pad.value = ${padValue}`,
        x!.element.type === 'bipolar' ? '-1 1' : `${x!.element.min}..${x!.element.max}`,
      );
    if (x!.height + 2 * padSize < kernel || x!.width + 2 * padSize < kernel)
      refuse(
        `a ${kernel}×${kernel} kernel on ${x!.height}×${x!.width} with pad ${padSize}`,
        'a kernel inside the padded map',
      );
    if (!sound) return undefined;
    const outputs = (size: number) => Math.floor((size + 2 * padSize - kernel) / stride) + 1;
    const element = sumElement(x!.element, kernel * kernel * x!.channels, report);
    return element && { height: outputs(x!.height), width: outputs(x!.width), channels: filters, element };
  },
  resolve(node, [x], _output, reader) {
    const { filters, kernel } = convShape(node);
    const shape = [filters, kernel, kernel, x!.channels];
    return { weights: { shape, data: reader.bits('weights', shape) } };
  },
  work: weightedOperations,
  parameterBits: (node) => node.parameters['weights']!.data.length,
  floatParameters: (node) => node.parameters['weights']!.data.length,
  negate: invertRows,
  reorder: reorderWeights,
};
