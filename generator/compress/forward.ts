// SPDX-License-Identifier: Apache-2.0
/** A residual network's forward pass, in floats or binarised. */
import type { Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import type { Tensorflow } from '../train/tensorflow.ts';
import type { BinaryOps } from '../train/binary-ops.ts';
import type { Convolve } from './convolution.ts';
import { epsilon, type ResidualNet } from './residual-net.ts';
import type { Style, Variables } from './variables.ts';

export interface Moments {
  readonly mean: Tensor1D;
  readonly variance: Tensor1D;
}

/** By layer name. */
export type Statistics = ReadonlyMap<string, Moments>;

/** Looks into a forward pass of a binarised network, and may put other signs in the place of its own. */
export interface Probe {
  /**
   * What signs are taken of, `<block>_s` (shift taken off) and `<block>_t1`, and the terms of the stream: `bn0`,
   * `<block>_bn2`, `_bnp`, `_add`.
   */
  sees(name: string, values: Tensor4D): void;
  signs?(name: string): Tensor4D;
}

/** What all passes of a network have in common. */
export interface Network {
  readonly tf: Tensorflow;
  readonly ops: BinaryOps;
  readonly convolve: Convolve;
  readonly net: ResidualNet;
  readonly style: Style;
  readonly variables: Variables;
}

/** Pixels as the binarised first layer sees them: p − 128. */
const middle = 128;

export class ForwardPass {
  /** Statistics that the norms took. */
  readonly used = new Map<string, Moments>();

  /** @param fixed statistics of norms; those of the batch where it has none */
  constructor(
    private readonly network: Network,
    private readonly fixed: Statistics | undefined,
    private readonly probe: Probe | undefined,
  ) {}

  /** Pixels 0..255 [n, h, w, c] → logits [n, classes]. */
  logits(pixels: Tensor4D): Tensor2D {
    const { tf, ops, net, style, variables } = this.network;
    const isBinary = style === 'binary';
    const first = isBinary
      ? this.term('bn0', this.layer('stem', tf.sub(pixels, middle), 0))
      : this.relu(this.layer('stem', pixels, 0));
    const end = net.blocks.reduce(
      (r, { name, projection }) =>
        isBinary
          ? this.binaryBlock(r, name, projection !== undefined)
          : this.floatBlock(r, name, projection !== undefined),
      first,
    );
    const product = ops.product(tf.mean(end, [1, 2]) as Tensor2D, variables.matrix as Tensor2D);
    return tf.add(product, variables.bias) as Tensor2D;
  }

  private floatBlock(r: Tensor4D, name: string, projects: boolean): Tensor4D {
    const shortcut = projects ? this.layer(`${name}_proj`, r, 0) : r;
    const inner = this.relu(this.layer(`${name}_c1`, r, 0));
    return this.relu(this.network.tf.add(shortcut, this.layer(`${name}_c2`, inner, 0)));
  }

  private binaryBlock(r: Tensor4D, name: string, projects: boolean): Tensor4D {
    const { tf, variables } = this.network;
    const s = this.sign(`${name}_s`, tf.sub(r, variables.shifts.get(name)!));
    const t = this.sign(`${name}_t1`, this.layer(`${name}_c1`, s, -1));
    const shortcut = projects ? this.term(`${name}_bnp`, this.layer(`${name}_proj`, s, -1)) : r;
    return this.term(`${name}_add`, tf.add(shortcut, this.term(`${name}_bn2`, this.layer(`${name}_c2`, t, -1))));
  }

  /** A convolution and its norm. */
  private layer(name: string, x: Tensor4D, padValue: number): Tensor4D {
    const { tf, ops, convolve, style, variables } = this.network;
    const { conv, weights, gamma, beta } = variables.layers.get(name)!;
    const isBinary = style === 'binary';
    const given = this.fixed?.get(name);
    if (given && !isBinary) {
      this.used.set(name, given);
      // A norm that is known goes into the weights: that costs no pass over the map.
      const scale = tf.mul(gamma, tf.rsqrt(tf.add(given.variance, epsilon)));
      return tf.add(convolve(x, tf.mul(weights, scale), conv, padValue), tf.sub(beta, tf.mul(given.mean, scale)));
    }
    const sums = convolve(x, (isBinary ? ops.sign(weights as Tensor2D) : weights) as Tensor2D, conv, padValue);
    const rows = tf.reshape(sums, [-1, conv.filters]) as Tensor2D;
    const moments = given ?? ops.statistics(rows);
    this.used.set(name, moments);
    const norm = { ...moments, gamma: gamma as Tensor1D, beta: beta as Tensor1D };
    return tf.reshape(ops.normalise(rows, norm), sums.shape) as Tensor4D;
  }

  private relu(x: Tensor4D): Tensor4D {
    return this.network.tf.relu(x) as Tensor4D;
  }

  private sign(name: string, x: Tensor4D): Tensor4D {
    this.probe?.sees(name, x);
    return this.probe?.signs?.(name) ?? this.network.ops.sign(x);
  }

  /** A term of the stream, or the stream. */
  private term(name: string, x: Tensor4D): Tensor4D {
    const { tf, net } = this.network;
    const clipped = tf.clipByValue(x, -net.reach!, net.reach!);
    this.probe?.sees(name, clipped);
    return clipped;
  }
}
