// SPDX-License-Identifier: Apache-2.0
/** A residual network as TensorFlow.js trains it, in floats or binarised. */
import type { Scalar, Tensor1D, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs';
import type { Tensorflow } from '../train/tensorflow.ts';
import { binaryOps } from '../train/binary-ops.ts';
import { convolution } from './convolution.ts';
import { ForwardPass, type Probe, type Statistics } from './forward.ts';
import type { Masks } from './reversed-pruning.ts';
import type { ConvNorm, ResidualNet } from './residual-net.ts';
import { variablesOf, type Style, type Variables } from './variables.ts';

export interface Model {
  readonly classes: number;
  /** What an optimiser moves. */
  readonly variables: readonly Variable[];
  /**
   * Pixels 0..255 [n, h, w, c] → logits [n, classes]. Norms take `fixed` statistics where given, else the batch's;
   * `used` says which.
   */
  forward(pixels: Tensor4D, fixed?: Statistics, probe?: Probe): { logits: Tensor2D; used: Statistics };
  /**
   * Mean cross-entropy of a batch against `targets`, the shares of the classes [n, classes].
   * @param temperature that scores are divided by, 1 unless given
   */
  loss(pixels: Tensor4D, targets: Tensor2D, fixed?: Statistics, temperature?: number): Scalar;
  /**
   * After a step: real weights behind signs back into [-1, 1], where the straight-through gradient lives; masked
   * weights back to 0.
   */
  constrain(): void;
  /** The network as data, with these statistics. */
  net(statistics: Statistics): ResidualNet;
  /** Statistics as the network came with. */
  given(): Statistics;
  dispose(): void;
}

const valuesOf = (v: Variable | Tensor1D) => Float32Array.from(v.dataSync());

/** The network as data: `net` with what its variables and the statistics are now. */
function netOf(net: ResidualNet, { layers, shifts, matrix, bias }: Variables, statistics: Statistics): ResidualNet {
  const filled = (name: string): ConvNorm => {
    const { conv, weights, gamma, beta } = layers.get(name)!;
    const { mean, variance } = statistics.get(name)!;
    return {
      ...conv,
      weights: valuesOf(weights),
      norm: { gamma: valuesOf(gamma), beta: valuesOf(beta), mean: valuesOf(mean), variance: valuesOf(variance) },
    };
  };
  return {
    ...net,
    stem: filled('stem'),
    blocks: net.blocks.map((block) => ({
      ...block,
      c1: filled(`${block.name}_c1`),
      c2: filled(`${block.name}_c2`),
      ...(block.projection ? { projection: filled(`${block.name}_proj`) } : {}),
      ...(shifts.has(block.name) ? { shift: valuesOf(shifts.get(block.name)!) } : {}),
    })),
    classifier: { weights: valuesOf(matrix), bias: valuesOf(bias) },
  };
}

/** @param masks layers with weights that stay 0, by the names of convsOf or `classifier` */
export function modelOf(tf: Tensorflow, net: ResidualNet, style: Style, masks: Masks = {}): Model {
  const variables = variablesOf(tf, net, style, masks);
  const network = { tf, ops: binaryOps(tf), convolve: convolution(tf), net, style, variables };
  const { layers, all, frozen } = variables;
  const forward = (pixels: Tensor4D, fixed?: Statistics, probe?: Probe) => {
    const pass = new ForwardPass(network, fixed, probe);
    return { logits: pass.logits(pixels), used: pass.used };
  };
  return {
    classes: net.classifier.bias.length,
    variables: all,
    forward,
    loss(pixels, targets, fixed, temperature = 1) {
      const { logits } = forward(pixels, fixed);
      const scores = temperature === 1 ? logits : tf.div(logits, temperature);
      return tf.neg(tf.mean(tf.sum(tf.mul(targets, tf.logSoftmax(scores)), 1))) as Scalar;
    },
    constrain() {
      tf.tidy(() => {
        if (style === 'binary')
          for (const { weights } of layers.values()) weights.assign(tf.clipByValue(weights, -1, 1));
        for (const { weights, mask } of frozen) weights.assign(tf.mul(weights, mask));
      });
    },
    net: (statistics) => netOf(net, variables, statistics),
    given: () =>
      new Map(
        [...layers].map(([name, { conv }]) => {
          const { mean, variance } = conv.norm;
          return [name, { mean: tf.tensor1d(mean), variance: tf.tensor1d(variance) }];
        }),
      ),
    dispose: () => tf.dispose([...all, ...frozen.map(({ mask }) => mask)]),
  };
}
