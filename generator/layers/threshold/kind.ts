// SPDX-License-Identifier: Apache-2.0
/** Sign of a batch-normalised sum, folded to one integer compare per channel. */
import { addLayer, type Stream } from '../../dsl/network.ts';
import { number, optional, weightRules, type Rules, type WeightOptions } from '../../dsl/options.ts';
import type { TypedNode } from '../../ir/graph.ts';
import { asWritten, exactly, floorWithRoot, minus, negated, over, plus, times, toNumber } from '../../ir/rational.ts';
import { bipolar, bitsOf, int, type Int, type TensorType } from '../../ir/types.ts';
import type { LayerModel, ParameterReader } from '../../layer-kind/layer-kind.ts';

/** y = [x ≥ θ] per channel. Tensor `<tensors>.thresholds`, integers [channels]; any value is legal. */
export function threshold(name: string, x: Stream<'int'>, options: WeightOptions): Stream<'bipolar'> {
  const attributes = () => ({ form: 'integer' });
  return addLayer({ name, kind: 'threshold', inputs: [x], options, rules: weightRules, attributes }, 'bipolar');
}

export interface BatchNormSignOptions extends WeightOptions {
  readonly epsilon?: number;
}

const batchNormRules: Rules<BatchNormSignOptions> = { epsilon: optional(number), ...weightRules };

/**
 * y = sign(γ·(s − mean)/√(variance + ε) + β), s the real number that x stands for; 0 counts as +1.
 * Tensors `<tensors>.gamma/.beta/.mean/.variance`, reals [channels].
 */
export function batchNormSign(name: string, x: Stream<'int'>, options: BatchNormSignOptions): Stream<'bipolar'> {
  const attributes = ({ epsilon = 1e-5 }: BatchNormSignOptions) => ({ form: 'batch-norm', epsilon });
  return addLayer({ name, kind: 'threshold', inputs: [x], options, rules: batchNormRules, attributes }, 'bipolar');
}

interface Compares {
  readonly theta: Int32Array;
  /** 1: y = [x ≤ θ]; 0: y = [x ≥ θ]. */
  readonly mirrored: Uint8Array;
}

/** Thresholds beyond the sums' range decide nothing more than those at its edge. */
function clamp(theta: number, element: Int, mirrored: boolean): number {
  const [low, high] = mirrored ? [element.min - 1, element.max] : [element.min, element.max + 1];
  return Math.max(low, Math.min(high, theta));
}

/**
 * The same compare with both θ and θ + 1 in 32 bits, which edges of sums up to 2^31 − 1 are not: what no sum reaches is
 * [x ≤ min − 1], and what all sums stay below is [x ≥ min].
 */
function within32(theta: number, isMirrored: boolean, { min }: Int): readonly [theta: number, isMirrored: boolean] {
  if (theta + Number(isMirrored) < 2 ** 31) return [theta, isMirrored];
  return isMirrored ? [min, false] : [min - 1, true];
}

/**
 * Batch-norm and sign as integer compares ([FINN], docs/papers.md), exact: a tie is a tie. γ = 0 leaves sign(β).
 * γ·(s − mean)/√w + β ≥ 0 with s = scale·x + offset and w = variance + ε is x ≥ t, t = (mean − offset)/scale −
 * β/(γ·scale)·√w, and x ≤ t where γ < 0. Where w = 0 nothing is divided: t is (mean − offset)/scale.
 */
export function foldBatchNorm(
  element: Int,
  epsilon: number,
  gamma: ArrayLike<number>,
  beta: ArrayLike<number>,
  mean: ArrayLike<number>,
  variance: ArrayLike<number>,
): Compares {
  const theta = new Int32Array(gamma.length);
  const mirrored = new Uint8Array(gamma.length);
  const { scale, offset } = element;
  const added = asWritten(epsilon);
  for (let c = 0; c < gamma.length; c++) {
    const put = (bound: number, isMirrored: boolean): void => {
      const [value, turned] = within32(clamp(bound, element, isMirrored), isMirrored, element);
      theta[c] = value;
      mirrored[c] = Number(turned);
    };
    if (gamma[c] === 0) {
      put(beta[c]! >= 0 ? element.min : element.max + 1, false);
      continue;
    }
    const centre = over(minus(exactly(mean[c]!), offset), scale);
    const slope = over(exactly(beta[c]!), times(exactly(gamma[c]!), scale));
    const w = plus(exactly(variance[c]!), added);
    const isMirrored = gamma[c]! < 0;
    const bound = isMirrored ? floorWithRoot(centre, negated(slope), w) : -floorWithRoot(negated(centre), slope, w);
    put(Number(bound), isMirrored);
  }
  return { theta, mirrored };
}

function readCompares(
  node: { attributes: TypedNode['attributes'] },
  element: Int,
  channels: number,
  reader: ParameterReader,
): Compares {
  const shape = [channels];
  // Synthetic sums spread around their mean by about √n: thresholds land where they decide something.
  const centre = (element.min + element.max) / 2;
  const spread = Math.sqrt(element.max - element.min) / 2;
  if (node.attributes['form'] === 'integer') {
    const theta = reader.integers('thresholds', shape, (r) => Math.round(centre + spread * (r() + r() - 1)));
    return { theta: theta.map((t) => clamp(t, element, false)), mirrored: new Uint8Array(channels) };
  }
  const realSpread = spread * toNumber(element.scale);
  const gamma = reader.reals('gamma', shape, (r) => (r() < 0.25 ? -1 : 1) * (0.5 + r()));
  const beta = reader.reals('beta', shape, (r) => (r() - 0.5) / 2);
  const mean = reader.reals('mean', shape, (r) => realSpread * (r() + r() - 1));
  const variance = reader.reals('variance', shape, (r) => realSpread * realSpread * (0.5 + r()), 0);
  return foldBatchNorm(element, node.attributes['epsilon'] as number, gamma, beta, mean, variance);
}

export function sumsOf(type: TensorType): Int {
  if (type.element.type !== 'int') throw new Error('a threshold compares integers');
  return type.element;
}

/** Bits of one stored threshold: θ lies in min..max+1. */
export function thresholdBits(sums: Int): number {
  return bitsOf(int(sums.min, sums.max + 1));
}

export const model: LayerModel = {
  kind: 'threshold',
  title: 'threshold',
  infer(node, [x], report) {
    if (x!.element.type !== 'int') {
      report('NN005', {
        got: 'a threshold on bits',
        legal: 'integer sums',
        fix: 'put it behind a convolution or dense layer',
      });
      return undefined;
    }
    const { epsilon = 0 } = node.attributes as { epsilon?: number };
    if (!Number.isFinite(epsilon) || epsilon < 0) {
      report('NN005', { got: `epsilon = ${epsilon}`, legal: 'a finite number from 0' });
      return undefined;
    }
    return { ...x!, element: bipolar };
  },
  resolve(node, [x], _output, reader) {
    const { theta, mirrored } = readCompares(node, sumsOf(x!), x!.channels, reader);
    return { theta: { shape: [x!.channels], data: theta }, mirrored: { shape: [x!.channels], data: mirrored } };
  },
  parameterBits: (node) => node.type.channels * thresholdBits(sumsOf(node.inputTypes[0]!)),
  floatParameters: (node) => 2 * node.type.channels,
  isChannelwise: true,
  mirrored: (node) => node.parameters['mirrored']!.data as Uint8Array,
  unmirror(node, mirror) {
    const theta = node.parameters['theta']!.data as Int32Array;
    const mirrored = node.parameters['mirrored']!.data;
    const shape = [node.type.channels];
    return {
      ...node,
      parameters: {
        theta: { shape, data: theta.map((t, c) => (mirrored[c] ? mirror - t : t)) },
        mirrored: { shape, data: new Uint8Array(node.type.channels) },
      },
    };
  },
};
