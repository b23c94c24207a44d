// SPDX-License-Identifier: Apache-2.0
/** What an optimiser moves of a residual network. */
import type { Tensor2D, Variable } from '@tensorflow/tfjs';
import type { Tensorflow } from '../train/tensorflow.ts';
import type { Masks } from './reversed-pruning.ts';
import { convsOf, type ConvNorm, type ResidualNet } from './residual-net.ts';

/** `binary`: ±1 weights, and ±1 in front of every convolution but the first; the stream between blocks stays real. */
export type Style = 'float' | 'binary';

export interface LayerVariables {
  readonly conv: ConvNorm;
  readonly weights: Variable;
  readonly gamma: Variable;
  readonly beta: Variable;
}

export interface Variables {
  /** By the names of convsOf. */
  readonly layers: ReadonlyMap<string, LayerVariables>;
  /** By block, of binarised networks alone: what is taken off in front of its signs. */
  readonly shifts: ReadonlyMap<string, Variable>;
  /** The classifier's. */
  readonly matrix: Variable;
  readonly bias: Variable;
  readonly all: readonly Variable[];
  /** Weights that stay 0 where the mask is. */
  readonly frozen: readonly { readonly weights: Variable; readonly mask: Tensor2D }[];
}

/** @param masks layers with weights that stay 0, by the names of convsOf or `classifier` */
export function variablesOf(tf: Tensorflow, net: ResidualNet, style: Style, masks: Masks): Variables {
  const variable = (data: Float32Array, shape?: [number, number]) =>
    tf.tidy(() => tf.variable(shape ? tf.tensor2d(data, shape) : tf.tensor1d(data)));
  const layers = new Map(
    convsOf(net).map(([name, conv]): [string, LayerVariables] => {
      const weights = variable(conv.weights, [conv.weights.length / conv.filters, conv.filters]);
      return [name, { conv, weights, gamma: variable(conv.norm.gamma), beta: variable(conv.norm.beta) }];
    }),
  );
  const shiftOf = ({ c1, shift }: ResidualNet['blocks'][number]) => variable(shift ?? new Float32Array(c1.inputs));
  const shifts = new Map(style === 'binary' ? net.blocks.map((block) => [block.name, shiftOf(block)] as const) : []);
  const classes = net.classifier.bias.length;
  const matrix = variable(net.classifier.weights, [net.classifier.weights.length / classes, classes]);
  const bias = variable(net.classifier.bias);
  const weightsOf = (name: string) => (name === 'classifier' ? matrix : layers.get(name)!.weights);
  const frozen = Object.entries(masks).map(([name, mask]) => ({
    weights: weightsOf(name),
    mask: tf.tensor2d(Float32Array.from(mask), weightsOf(name).shape as [number, number]),
  }));
  const ofLayers = [...layers.values()].flatMap(({ weights, gamma, beta }) => [weights, gamma, beta]);
  return { layers, shifts, matrix, bias, all: [...ofLayers, ...shifts.values(), matrix, bias], frozen };
}
