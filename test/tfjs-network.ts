// SPDX-License-Identifier: Apache-2.0
/**
 * A typed network evaluated by TensorFlow.js: ±1 and integers as float32, which is exact while every partial
 * sum stays below 2^24. A witness for the tests, and what the golden model's speed is compared with.
 */
import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import type { Parameter, TypedGraph, TypedNode } from '../generator/ir/graph.ts';
import type { Tensorflow } from '../generator/train/tensorflow.ts';

/** One layer over a batch of frames; most have one input. */
type Step = (x: Tensor4D, ...others: Tensor4D[]) => Tensor4D;

/** Bits 0/1 as ±1. */
function signs(bits: ArrayLike<number>): Float32Array {
  return Float32Array.from(bits, (bit) => 2 * bit - 1);
}

/** Attributes and parameters of a node by the names that its kind gives them. */
type Numbers<Name extends string> = Readonly<Record<Name, number>>;
type Tensors<Name extends string> = Readonly<Record<Name, Parameter>>;

/** Σ w·x of a convolution, padded with the layer's own value. */
function convolution(tf: Tensorflow, node: TypedNode): Step {
  const { kernel, stride, padSize, padValue } = node.attributes as Numbers<
    'kernel' | 'stride' | 'padSize' | 'padValue'
  >;
  const { shape, data } = node.parameters['weights']!;
  const filters = tf.tensor(signs(data), [...shape]).transpose([1, 2, 3, 0]) as Tensor4D;
  const margin: [number, number] = [padSize, padSize];
  if (filters.shape[0] !== kernel) throw new Error('weights are [filters, kernel, kernel, channels]');
  return (x) =>
    tf.conv2d(padSize > 0 ? tf.pad(x, [[0, 0], margin, margin, [0, 0]], padValue) : x, filters, stride, 'valid');
}

/** Σ w·x over whole frames. */
function dense(tf: Tensorflow, node: TypedNode): Step {
  const units = node.type.channels;
  const { data } = node.parameters['weights']!;
  const rows = tf.tensor2d(signs(data), [units, data.length / units]);
  return (x) => tf.matMul(x.reshape([x.shape[0], -1]), rows, false, true).reshape([x.shape[0], 1, 1, units]);
}

/** Dot products of bits as the agreements they stand for: (dot + n) / 2. */
function asAgreements(node: TypedNode, dots: Step): Step {
  if (node.inputTypes[0]!.element.type !== 'bipolar') return dots;
  const n = node.parameters['weights']!.data.length / node.type.channels;
  return (x) => dots(x).add(n).div(2);
}

/** ±1 of x ≥ θ; a mirrored compare x ≤ θ is −x ≥ −θ. */
function compare(tf: Tensorflow, node: TypedNode): Step {
  const { theta, mirrored } = node.parameters as Tensors<'theta' | 'mirrored'>;
  const turn = tf.tensor1d(Array.from(mirrored.data, (m) => (m ? -1 : 1)));
  const limit = tf.tensor1d(Array.from(theta.data, (t, c) => (mirrored.data[c] ? -t : t)));
  return (x) => tf.greaterEqual(x.mul(turn), limit).toFloat().mul(2).sub(1) as Tensor4D;
}

/** Maximum, or the negative maximum of negatives: the minimum. */
function pool(tf: Tensorflow, node: TypedNode): Step {
  const { size, stride } = node.attributes as Numbers<'size' | 'stride'>;
  const turn = tf.tensor1d(Array.from(node.parameters['minimum']!.data, (m) => (m ? -1 : 1)));
  // Windows beyond the edge hold values below all others.
  const beyond = ([length, outputs]: readonly [number, number]): [number, number] => [
    0,
    Math.max(0, (outputs - 1) * stride + size - length),
  ];
  const [rows, columns] = [
    beyond([node.inputTypes[0]!.height, node.type.height]),
    beyond([node.inputTypes[0]!.width, node.type.width]),
  ];
  return (x) =>
    tf
      .maxPool(tf.pad(x.mul(turn) as Tensor4D, [[0, 0], rows, columns, [0, 0]], -(2 ** 30)), size, stride, 'valid')
      .mul(turn);
}

function lookUp(tf: Tensorflow, node: TypedNode): Step {
  const values = node.attributes['values'] as readonly number[];
  const table = tf.tensor1d(node.type.element.type === 'bipolar' ? signs(values) : [...values]);
  return (x) => tf.gather(table, x.toInt().flatten()).reshape(x.shape);
}

/** clamp(⌊(a·x + b) / 2^s + ½⌋): the quotient of a power of two is exact. */
function affine(tf: Tensorflow, node: TypedNode): Step {
  const { a, b, shift } = node.parameters as Tensors<'a' | 'b' | 'shift'>;
  const { min, max } = node.attributes as Numbers<'min' | 'max'>;
  const unit = 2 ** shift.data[0]!;
  const factor = tf.tensor1d(Array.from(a.data));
  const term = tf.tensor1d(Array.from(b.data));
  return (x) =>
    x
      .mul(factor)
      .add(term)
      .div(unit)
      .add(unit > 1 ? 0.5 : 0)
      .floor()
      .clipByValue(min, max) as Tensor4D;
}

function saturatingSum(node: TypedNode): Step {
  const { element } = node.type;
  if (element.type !== 'int') throw new Error('a sum of integers');
  return (x1, x2) => x1.add(x2).clipByValue(element.min, element.max) as Tensor4D;
}

/** Σ 2^left · x. */
function shiftedSum(tf: Tensorflow, node: TypedNode): Step {
  const factors = Array.from(node.parameters['left']!.data, (left) => 2 ** left);
  return (...terms) => tf.addN(terms.map((x, i) => x.mul(factors[i]!))) as Tensor4D;
}

/** The average times its pixels; float32 divides by as many as it multiplies with, so that whole numbers come back. */
function windowSum(tf: Tensorflow, node: TypedNode): Step {
  const { height, width } = node.inputTypes[0]!;
  const size = (node.attributes['size'] as number | undefined) ?? 0;
  const [rows, columns] = size > 0 ? [size, size] : [height, width];
  return (x) =>
    tf
      .avgPool(x, [rows, columns], [rows, columns], 'valid')
      .mul(rows * columns)
      .round() as Tensor4D;
}

/** Σ w·x + bias over whole frames. */
function intDense(tf: Tensorflow, node: TypedNode): Step {
  const { weights, bias } = node.parameters as Tensors<'weights' | 'bias'>;
  const units = node.type.channels;
  const rows = tf.tensor2d(Float32Array.from(weights.data), [units, weights.data.length / units]);
  const terms = tf.tensor1d(Float32Array.from(bias.data));
  return (x) =>
    tf
      .matMul(x.reshape([x.shape[0], -1]), rows, false, true)
      .add(terms)
      .reshape([x.shape[0], 1, 1, units]);
}

/** Σ w·x + bias, group by group. */
function groupedConvolution(tf: Tensorflow, node: TypedNode): Step {
  const { stride, pad, groups } = node.attributes as Numbers<'stride' | 'pad' | 'groups'>;
  const { weights, bias } = node.parameters as Tensors<'weights' | 'bias'>;
  const [filters, , , depth] = weights.shape as [number, number, number, number];
  const kernels = tf.tensor(Float32Array.from(weights.data), [...weights.shape]).transpose([1, 2, 3, 0]) as Tensor4D;
  const terms = tf.tensor1d(Float32Array.from(bias.data));
  const share = filters / groups;
  return (x) => {
    const padded = tf.pad(x, [
      [0, 0],
      [pad, pad],
      [pad, pad],
      [0, 0],
    ]);
    const channels = (from: Tensor4D, at: number, size: number) =>
      from.slice([0, 0, 0, at], [...from.shape.slice(0, 3), size] as [number, number, number, number]);
    const parts = Array.from({ length: groups }, (_, g) =>
      tf.conv2d(channels(padded, g * depth, depth), channels(kernels, g * share, share), stride, 'valid'),
    );
    return tf.concat(parts, 3).add(terms) as Tensor4D;
  };
}

function stepOf(tf: Tensorflow, node: TypedNode): Step | undefined {
  switch (node.kind) {
    case 'input':
      return (x) => x;
    case 'quantise':
      return lookUp(tf, node);
    case 'binary-conv':
      return asAgreements(node, convolution(tf, node));
    case 'binary-dense':
      return asAgreements(node, dense(tf, node));
    case 'threshold':
      return compare(tf, node);
    case 'max-pool':
      return pool(tf, node);
    case 'affine':
      return affine(tf, node);
    case 'add':
      return saturatingSum(node);
    case 'average-pool':
      return windowSum(tf, node);
    case 'int-dense':
      return intDense(tf, node);
    case 'int-conv':
      return groupedConvolution(tf, node);
    case 'concat':
      return (...maps) => tf.concat(maps, 3);
    case 'sum':
      return shiftedSum(tf, node);
    default:
      return undefined;
  }
}

export interface TfjsNetwork {
  /** Names of the nodes it evaluates: all but the decision. */
  readonly names: readonly string[];
  /** Every evaluated node's tensor, [frames, height, width, channels]; the caller disposes of them. */
  trace(pixels: Uint8Array): Tensor4D[];
}

/** Weights become tensors once. */
export function tfjsNetwork(tf: Tensorflow, { nodes }: TypedGraph): TfjsNetwork {
  const steps = nodes.flatMap((node) => {
    const step = stepOf(tf, node);
    return step ? [{ node, step }] : [];
  });
  const { height, width, channels } = nodes[0]!.type;
  return {
    names: steps.map(({ node }) => node.name),
    trace(pixels) {
      const frames = pixels.length / (height * width * channels);
      const frame = tf.tensor4d(Float32Array.from(pixels), [frames, height, width, channels]);
      const seen = new Map<string, Tensor4D>();
      for (const { node, step } of steps) {
        const [x = frame, ...others] = node.inputs.map((name) => seen.get(name)!);
        seen.set(
          node.name,
          tf.tidy(() => step(x, ...others).clone()),
        );
      }
      return [...seen.values()];
    },
  };
}

/** Elements of a tensor, ±1 as bits 0/1 where the node is bipolar. */
export function elementsLike(node: TypedNode, tensor: Tensor): number[] {
  const values = [...tensor.dataSync()];
  return node.type.element.type === 'bipolar' ? values.map((v) => (v + 1) / 2) : values;
}
