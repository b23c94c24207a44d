// SPDX-License-Identifier: Apache-2.0
/** For tests of layer kinds: one node by itself, tensors as plain row-major elements (bits 0/1 or integers). */
import type { Issue } from '../errors/errors.ts';
import { elementAt, fromElements, type Tensor } from '../tensor/tensor.ts';
import type { Attributes, Node, Parameter, TypedNode } from '../ir/graph.ts';
import { elementCount, type Element, type TensorType } from '../ir/types.ts';
import type { LayerKind, Random } from './layer-kind.ts';

export function tensorType(height: number, width: number, channels: number, element: Element): TensorType {
  return { height, width, channels, element };
}

function bareNode({ kind }: LayerKind, attributes: Attributes): Node {
  return { name: 'lone', kind, inputs: ['before'], attributes, tensors: 'lone', place: 'test' };
}

/** Output type of the kind, and the issues it reports as `code got`. */
export function inferLone(
  kind: LayerKind,
  attributes: Attributes,
  inputs: readonly TensorType[],
): { type: TensorType | undefined; issues: string[] } {
  const issues: string[] = [];
  const report = (code: Issue['code'], { got }: { got: string }) => issues.push(`${code} ${got}`);
  return { type: kind.infer(bareNode(kind, attributes), inputs, report), issues };
}

/** A node that can be evaluated, of one input or more; throws where the kind refuses it. */
export function loneNode(
  kind: LayerKind,
  attributes: Attributes,
  input: TensorType,
  parameters: Readonly<Record<string, Parameter>> = {},
  ...others: readonly TensorType[]
): TypedNode {
  const inputTypes = [input, ...others];
  const { type, issues } = inferLone(kind, attributes, inputTypes);
  if (!type) throw new Error(issues.join('; '));
  return { ...bareNode(kind, attributes), inputTypes, type, parameters };
}

export function elementsOf({ height, width, channels }: TensorType, tensor: Tensor): number[] {
  const elements: number[] = [];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) for (let c = 0; c < channels; c++) elements.push(elementAt(tensor, y, x, c));
  return elements;
}

/** The kind's golden model of one frame. */
export function evaluateLone(kind: LayerKind, node: TypedNode, elements: ArrayLike<number>): number[] {
  return elementsOf(node.type, kind.golden(node)([fromElements(node.inputTypes[0]!, elements)]));
}

/** Integer in low..high, both included. */
export function integerIn(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}

export function oneOf<T>(random: Random, values: readonly T[]): T {
  return values[integerIn(random, 0, values.length - 1)]!;
}

export function randomBits(random: Random, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, () => integerIn(random, 0, 1));
}

/** Elements anywhere in the type's range, both ends included. */
export function randomElements(random: Random, type: TensorType): number[] {
  const [low, high] = type.element.type === 'bipolar' ? [0, 1] : [type.element.min, type.element.max];
  return Array.from({ length: elementCount(type) }, () => integerIn(random, low, high));
}
