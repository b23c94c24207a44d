// SPDX-License-Identifier: Apache-2.0
/** A residual network as TensorFlow.js trains it, in floats or binarised. */
import type { Scalar, Tensor1D, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs';
import type { Tensorflow } from '../train/tensorflow.ts';
import { binaryOps } from '../train/binary-ops.ts';
import { convolution } from './convolution.ts';
import type { Masks } from './reversed-pruning.ts';
import { convsOf, epsilon, type ConvNorm, type ResidualNet } from './residual-net.ts';

export interface Moments {
  readonly mean: Tensor1D;
  readonly variance: Tensor1D;
}

/** By layer name. */
export type Statistics = ReadonlyMap<string, Moments>;

/** `binary`: ±1 weights, and ±1 in front of every convolution but the first; the stream between blocks stays real. */
export type Style = 'float' | 'binary';

/** Looks into a forward pass of a binarised network, and may put other signs in the place of its own. */
export interface Probe {
  /**
   * What signs are taken of, `<block>_s` (shift taken off) and `<block>_t1`, and the terms of the stream: `bn0`,
   * `<block>_bn2`, `_bnp`, `_add`.
   */
  sees(name: string, values: Tensor4D): void;
  signs?(name: string): Tensor4D;
}

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

interface Layer {
  readonly conv: ConvNorm;
  readonly weights: Variable;
  readonly gamma: Variable;
  readonly beta: Variable;
}

/** Pixels as the binarised first layer sees them: p − 128. */
const middle = 128;

/** @param masks layers with weights that stay 0, by the names of convsOf or `classifier` */
export function modelOf(tf: Tensorflow, net: ResidualNet, style: Style, masks: Masks = {}): Model {
  const ops = binaryOps(tf);
  const convolve = convolution(tf);
  const binary = style === 'binary';
  const variable = (data: Float32Array, shape?: [number, number]) =>
    tf.tidy(() => tf.variable(shape ? tf.tensor2d(data, shape) : tf.tensor1d(data)));
  const layers = new Map(
    convsOf(net).map(([name, conv]): [string, Layer] => {
      const shape: [number, number] = [conv.weights.length / conv.filters, conv.filters];
      return [
        name,
        {
          conv,
          weights: variable(conv.weights, shape),
          gamma: variable(conv.norm.gamma),
          beta: variable(conv.norm.beta),
        },
      ];
    }),
  );
  const shifts = new Map(
    binary
      ? net.blocks.map(({ name, c1, shift }): [string, Variable] => [
          name,
          variable(shift ?? new Float32Array(c1.inputs)),
        ])
      : [],
  );
  const classes = net.classifier.bias.length;
  const matrix = variable(net.classifier.weights, [net.classifier.weights.length / classes, classes]);
  const bias = variable(net.classifier.bias);
  const weightsOf = (name: string) => (name === 'classifier' ? matrix : layers.get(name)!.weights);
  const frozen = Object.entries(masks).map(([name, mask]) => ({
    weights: weightsOf(name),
    mask: tf.tensor2d(Float32Array.from(mask), weightsOf(name).shape as [number, number]),
  }));
  const variables = [
    ...[...layers.values()].flatMap(({ weights, gamma, beta }) => [weights, gamma, beta]),
    ...shifts.values(),
    matrix,
    bias,
  ];

  function forward(pixels: Tensor4D, fixed?: Statistics, probe?: Probe) {
    const used = new Map<string, Moments>();
    const layer = (name: string, x: Tensor4D, padValue: number): Tensor4D => {
      const { conv, weights, gamma, beta } = layers.get(name)!;
      const given = fixed?.get(name);
      if (given && !binary) {
        used.set(name, given);
        // A norm that is known goes into the weights: that costs no pass over the map.
        const scale = tf.mul(gamma, tf.rsqrt(tf.add(given.variance, epsilon)));
        return tf.add(convolve(x, tf.mul(weights, scale), conv, padValue), tf.sub(beta, tf.mul(given.mean, scale)));
      }
      const sums = convolve(x, (binary ? ops.sign(weights as Tensor2D) : weights) as Tensor2D, conv, padValue);
      const rows = tf.reshape(sums, [-1, conv.filters]) as Tensor2D;
      const moments = given ?? ops.statistics(rows);
      used.set(name, moments);
      return tf.reshape(
        ops.normalise(rows, { ...moments, gamma: gamma as Tensor1D, beta: beta as Tensor1D }),
        sums.shape,
      ) as Tensor4D;
    };
    const seen = (name: string, x: Tensor4D): Tensor4D => {
      probe?.sees(name, x);
      return x;
    };
    const sign = (name: string, x: Tensor4D): Tensor4D => {
      seen(name, x);
      return probe?.signs?.(name) ?? ops.sign(x);
    };
    /** A term of the stream, or the stream. */
    const term = (name: string, x: Tensor4D) => seen(name, tf.clipByValue(x, -net.reach!, net.reach!));
    const relu = (x: Tensor4D) => tf.relu(x) as Tensor4D;
    const floatStep = (r: Tensor4D, name: string, projects: boolean) =>
      relu(tf.add(projects ? layer(`${name}_proj`, r, 0) : r, layer(`${name}_c2`, relu(layer(`${name}_c1`, r, 0)), 0)));
    const binaryStep = (r: Tensor4D, name: string, projects: boolean): Tensor4D => {
      const s = sign(`${name}_s`, tf.sub(r, shifts.get(name)!));
      const t = sign(`${name}_t1`, layer(`${name}_c1`, s, -1));
      const shortcut = projects ? term(`${name}_bnp`, layer(`${name}_proj`, s, -1)) : r;
      return term(`${name}_add`, tf.add(shortcut, term(`${name}_bn2`, layer(`${name}_c2`, t, -1))));
    };
    const step = binary ? binaryStep : floatStep;
    const first = binary ? term('bn0', layer('stem', tf.sub(pixels, middle), 0)) : relu(layer('stem', pixels, 0));
    const end = net.blocks.reduce((r, { name, projection }) => step(r, name, projection !== undefined), first);
    const logits = tf.add(ops.product(tf.mean(end, [1, 2]) as Tensor2D, matrix as Tensor2D), bias) as Tensor2D;
    return { logits, used: used as Statistics };
  }

  const values = (v: Variable | Tensor1D) => Float32Array.from(v.dataSync());

  return {
    classes,
    variables,
    forward,
    loss(pixels, targets, fixed, temperature = 1) {
      const { logits } = forward(pixels, fixed);
      return tf.neg(
        tf.mean(tf.sum(tf.mul(targets, tf.logSoftmax(temperature === 1 ? logits : tf.div(logits, temperature))), 1)),
      ) as Scalar;
    },
    constrain() {
      tf.tidy(() => {
        if (binary) for (const { weights } of layers.values()) weights.assign(tf.clipByValue(weights, -1, 1));
        for (const { weights, mask } of frozen) weights.assign(tf.mul(weights, mask));
      });
    },
    net(statistics) {
      const filled = (name: string): ConvNorm => {
        const { conv, weights, gamma, beta } = layers.get(name)!;
        const { mean, variance } = statistics.get(name)!;
        return {
          ...conv,
          weights: values(weights),
          norm: { gamma: values(gamma), beta: values(beta), mean: values(mean), variance: values(variance) },
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
          ...(binary ? { shift: values(shifts.get(block.name)!) } : {}),
        })),
        classifier: { weights: values(matrix), bias: values(bias) },
      };
    },
    given: () =>
      new Map(
        [...layers].map(
          ([
            name,
            {
              conv: { norm },
            },
          ]) => [name, { mean: tf.tensor1d(norm.mean), variance: tf.tensor1d(norm.variance) }],
        ),
      ),
    dispose: () => tf.dispose([...variables, ...frozen.map(({ mask }) => mask)]),
  };
}
