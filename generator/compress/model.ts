/** A residual network as TensorFlow.js trains it, in floats or binarised. */
import type { Scalar, Tensor1D, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs';
import type { Tensorflow } from '../tensorflow.ts';
import { binaryOps } from '../train/binary-ops.ts';
import { convolution } from './convolution.ts';
import { convsOf, type ConvNorm, type ResidualNet } from './residual-net.ts';

export interface Moments {
  readonly mean: Tensor1D;
  readonly variance: Tensor1D;
}

/** By layer name. */
export type Statistics = ReadonlyMap<string, Moments>;

/** `binary`: ±1 weights, and ±1 in front of every convolution but the first; the stream between blocks stays real. */
export type Style = 'float' | 'binary';

export interface Model {
  readonly style: Style;
  /** What an optimiser moves. */
  readonly variables: readonly Variable[];
  /** Pixels 0..255 [n, h, w, c] → logits [n, classes]. Norms take `fixed` statistics where given, else the batch's; `used` says which. */
  forward(pixels: Tensor4D, fixed?: Statistics): { logits: Tensor2D; used: Statistics };
  /** Mean cross-entropy of a batch, with its own statistics. */
  loss(pixels: Tensor4D, labels: Tensor1D): Scalar;
  /** Keeps real weights behind signs in [-1, 1], where the straight-through gradient lives. */
  clip(): void;
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

export function modelOf(tf: Tensorflow, net: ResidualNet, style: Style): Model {
  const ops = binaryOps(tf);
  const convolve = convolution(tf);
  const binary = style === 'binary';
  const variable = (data: Float32Array, shape?: [number, number]) => tf.variable(shape ? tf.tensor2d(data, shape) : tf.tensor1d(data));
  const layers = new Map(
    convsOf(net).map(([name, conv]): [string, Layer] => {
      const shape: [number, number] = [conv.weights.length / conv.filters, conv.filters];
      return [name, { conv, weights: variable(conv.weights, shape), gamma: variable(conv.norm.gamma), beta: variable(conv.norm.beta) }];
    }),
  );
  const shifts = new Map(binary ? net.blocks.map(({ name, c1, shift }): [string, Variable] => [name, variable(shift ?? new Float32Array(c1.inputs))]) : []);
  const classes = net.classifier.bias.length;
  const matrix = variable(net.classifier.weights, [net.classifier.weights.length / classes, classes]);
  const bias = variable(net.classifier.bias);
  const variables = [...[...layers.values()].flatMap(({ weights, gamma, beta }) => [weights, gamma, beta]), ...shifts.values(), matrix, bias];

  function forward(pixels: Tensor4D, fixed?: Statistics) {
    const used = new Map<string, Moments>();
    const layer = (name: string, x: Tensor4D, padValue: number): Tensor4D => {
      const { conv, weights, gamma, beta } = layers.get(name)!;
      const sums = convolve(x, (binary ? ops.sign(weights as Tensor2D) : weights) as Tensor2D, conv, padValue);
      const rows = tf.reshape(sums, [-1, conv.filters]) as Tensor2D;
      const moments = fixed?.get(name) ?? ops.statistics(rows);
      used.set(name, moments);
      return tf.reshape(ops.normalise(rows, { ...moments, gamma: gamma as Tensor1D, beta: beta as Tensor1D }), sums.shape) as Tensor4D;
    };
    const relu = (x: Tensor4D) => tf.relu(x) as Tensor4D;
    const step = (r: Tensor4D, name: string, projects: boolean): Tensor4D => {
      if (!binary) return relu(tf.add(projects ? layer(`${name}_proj`, r, 0) : r, layer(`${name}_c2`, relu(layer(`${name}_c1`, r, 0)), 0)));
      const s = ops.sign(tf.sub(r, shifts.get(name)!) as Tensor4D);
      const v = layer(`${name}_c2`, ops.sign(layer(`${name}_c1`, s, -1)), -1);
      return tf.add(projects ? layer(`${name}_proj`, s, -1) : r, v);
    };
    const first = layer('stem', binary ? tf.sub(pixels, middle) : pixels, 0);
    const end = net.blocks.reduce((r, { name, projection }) => step(r, name, projection !== undefined), binary ? first : relu(first));
    const logits = tf.add(ops.product(tf.mean(end, [1, 2]) as Tensor2D, matrix as Tensor2D), bias) as Tensor2D;
    return { logits, used: used as Statistics };
  }

  const values = (v: Variable | Tensor1D) => Float32Array.from(v.dataSync());

  return {
    style,
    variables,
    forward,
    loss(pixels, labels) {
      // A cast: the WebAssembly backend fills a float32 oneHot with the bit patterns of integers.
      const oneHot = tf.cast(tf.oneHot(labels, classes), 'float32');
      return tf.neg(tf.mean(tf.sum(tf.mul(oneHot, tf.logSoftmax(forward(pixels).logits)), 1))) as Scalar;
    },
    clip() {
      if (binary) tf.tidy(() => [...layers.values()].forEach(({ weights }) => weights.assign(tf.clipByValue(weights, -1, 1))));
    },
    net(statistics) {
      const filled = (name: string): ConvNorm => {
        const { conv, weights, gamma, beta } = layers.get(name)!;
        const { mean, variance } = statistics.get(name)!;
        return { ...conv, weights: values(weights), norm: { gamma: values(gamma), beta: values(beta), mean: values(mean), variance: values(variance) } };
      };
      return {
        input: net.input,
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
    given: () => new Map([...layers].map(([name, { conv: { norm } }]) => [name, { mean: tf.tensor1d(norm.mean), variance: tf.tensor1d(norm.variance) }])),
    dispose: () => tf.dispose([...variables]),
  };
}
