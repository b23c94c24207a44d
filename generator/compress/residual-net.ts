// SPDX-License-Identifier: Apache-2.0
/** A float residual network as data: what compression takes, prunes and hands on. */
import type { ImageShape } from '../images/image-set.ts';

/** Batch-norm of a layer's sums; a bias of the layer is in its mean. */
export interface Norm {
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

/** A convolution without bias and the batch-norm behind it. */
export interface ConvNorm {
  readonly kernel: number;
  readonly stride: 1 | 2;
  /** Zeros before and behind each row and column. */
  readonly pad: readonly [number, number];
  readonly inputs: number;
  readonly filters: number;
  /** Rows (ky, kx, input), columns filters. */
  readonly weights: Float32Array;
  readonly norm: Norm;
}

/** relu(shortcut + c2(relu(c1(x)))); the shortcut is x itself where there is no projection. */
export interface Block {
  readonly name: string;
  readonly c1: ConvNorm;
  readonly c2: ConvNorm;
  readonly projection?: ConvNorm;
  /** Binarised: the block sees the signs of x − shift, one figure a channel. */
  readonly shift?: Float32Array;
}

/** Average over the whole map, then a matrix. */
export interface Classifier {
  /** Rows features, columns classes. */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

export interface ResidualNet {
  readonly input: ImageShape;
  readonly stem: ConvNorm;
  readonly blocks: readonly Block[];
  /** Binarised: the stream between blocks, and every term of it, saturates at ± so much, a power of two. */
  readonly reach?: number;
  readonly classifier: Classifier;
}

/** ε of every batch-norm here. */
export const epsilon = 1e-5;

/** The layers with weights, by name. */
export function convsOf(net: ResidualNet): [name: string, conv: ConvNorm][] {
  const blocks = net.blocks.flatMap(({ name, c1, c2, projection }): [string, ConvNorm][] => [
    [`${name}_c1`, c1],
    [`${name}_c2`, c2],
    ...(projection ? ([[`${name}_proj`, projection]] as [string, ConvNorm][]) : []),
  ]);
  return [['stem', net.stem], ...blocks];
}

/** Rows, or columns, that leave a convolution. */
export function outputSize({ kernel, stride, pad }: ConvNorm, size: number): number {
  return Math.floor((size + pad[0] + pad[1] - kernel) / stride) + 1;
}

export interface Size {
  /** Multiplications with weights that are not 0, in a frame. */
  readonly macs: number;
  /** Weights that are not 0. */
  readonly weights: number;
  /** Those, two a batch-norm channel, and the classifier's biases. */
  readonly parameters: number;
}

const notZero = (weights: Float32Array) => weights.reduce((n, w) => n + (w === 0 ? 0 : 1), 0);

/** Work and parameters of the whole network. */
export function sizeOf(net: ResidualNet): Size {
  const { classifier } = net;
  let [macs, weights, others] = [notZero(classifier.weights), notZero(classifier.weights), classifier.bias.length];
  const add = (conv: ConvNorm, [height, width]: readonly [number, number]): readonly [number, number] => {
    const out = [outputSize(conv, height), outputSize(conv, width)] as const;
    const left = notZero(conv.weights);
    macs += out[0] * out[1] * left;
    weights += left;
    others += 2 * conv.filters;
    return out;
  };
  let map = add(net.stem, [net.input.height, net.input.width]);
  for (const { c1, c2, projection } of net.blocks) {
    if (projection) add(projection, map);
    map = add(c2, add(c1, map));
  }
  return { macs, weights, parameters: weights + others };
}

/** Names of all layers with weights in the network's order: the convolutions' and the classifier. */
export function layersOf(net: ResidualNet): string[] {
  return [...convsOf(net).map(([name]) => name), 'classifier'];
}

export function weightsOf(net: ResidualNet, layer: string): Float32Array {
  return layer === 'classifier' ? net.classifier.weights : convsOf(net).find(([name]) => name === layer)![1].weights;
}
