// SPDX-License-Identifier: Apache-2.0
/** Sums become integers of few bits: one compare for each level of each channel, as in [FINN] (docs/papers.md). */
import { addLayer, type Stream } from '../../dsl/network.ts';
import { flag, number, oneOf, optional, weightRules, type Rules, type WeightOptions } from '../../dsl/options.ts';
import type { TypedNode } from '../../ir/graph.ts';
import { asWritten } from '../../ir/rational.ts';
import { bitsOf, int, type Int } from '../../ir/types.ts';
import type { LayerModel, ParameterReader } from '../../layer-kind/layer-kind.ts';
import { sumsOf, thresholdBits } from '../threshold/kind.ts';

export interface MultiThresholdOptions extends WeightOptions {
  /** Of the results, 1..8. */
  readonly bits: number;
  /** Results from −2^(bits−1), in place of 0. Absent: false. */
  readonly signed?: boolean;
  /** One value less: signed results from −2^(bits−1) + 1, unsigned ones up to 2^bits − 2. Absent: false. */
  readonly narrow?: boolean;
  /** The real number that a result of 1 stands for. Absent: 1. */
  readonly scale?: number;
  /**
   * `rising`: y = low + #{k: x ≥ T_k} in all channels. `each`: channels whose bit of the tensor `falling` is 1 have
   * y = low + #{k: x ≤ T_k}. Absent: rising.
   */
  readonly directions?: 'rising' | 'each';
}

/** The default first. */
const directionWords = ['rising', 'each'] as const;

const rules: Rules<MultiThresholdOptions> = {
  bits: number,
  signed: optional(flag),
  narrow: optional(flag),
  scale: optional(number),
  directions: optional(oneOf(...directionWords)),
  ...weightRules,
};

interface Attributes {
  readonly bits: number;
  readonly signed: boolean;
  readonly narrow: boolean;
  readonly scale: number;
  readonly directions: (typeof directionWords)[number];
}

/**
 * Integers of `bits` bits. Tensors `<tensors>.thresholds`, integers [channels, levels], levels = 2^bits − 1 (one less
 * where narrow), not decreasing along a rising channel and not increasing along a falling one; `<tensors>.falling`,
 * bits [channels], with directions 'each'.
 */
export function multiThreshold(name: string, x: Stream<'int'>, options: MultiThresholdOptions): Stream<'int'> {
  const attributes = (given: MultiThresholdOptions) => {
    const { bits, signed = false, narrow = false, scale = 1, directions = directionWords[0] } = given;
    return { bits, signed, narrow, scale, directions };
  };
  return addLayer({ name, kind: 'multi-threshold', inputs: [x], options, rules, attributes }, 'int');
}

/** Results, least and greatest. */
function resultRange({ bits, signed, narrow }: Attributes): readonly [low: number, high: number] {
  const half = 2 ** (bits - 1);
  return signed ? [-half + Number(narrow), half - 1] : [0, 2 ** bits - 1 - Number(narrow)];
}

/** Thresholds of a channel. */
export function levelCount({ type: { element } }: Pick<TypedNode, 'type'>): number {
  const { min, max } = element as Int;
  return max - min;
}

/** Thresholds beyond the range of the sums decide nothing more than those at its edge. */
function clamped(theta: number, { min, max }: Int, falling: boolean): number {
  const [low, high] = falling ? [min - 1, max] : [min, max + 1];
  return Math.max(low, Math.min(high, theta));
}

/** Tensor `thresholds` [channels, levels], in order along each channel; synthetic ones are put into order. */
function readLevels(
  reader: ParameterReader,
  sums: Int,
  [channels, levels]: readonly [number, number],
  falling: Uint8Array,
): Int32Array {
  // Synthetic sums spread around their mean by about √n: levels land where they decide something.
  const centre = (sums.min + sums.max) / 2;
  const spread = Math.sqrt(sums.max - sums.min) / 2;
  let isSynthetic = false;
  const thresholds = reader.integers('thresholds', [channels, levels], (random) => {
    isSynthetic = true;
    return Math.round(centre + spread * 2 * (random() + random() - 1));
  });
  for (let c = 0; c < channels; c++) {
    const row = thresholds.subarray(c * levels, (c + 1) * levels);
    if (isSynthetic) row.sort((a, b) => (falling[c] ? b - a : a - b));
    const at = row.findIndex((theta, k) => k > 0 && (falling[c] ? theta > row[k - 1]! : theta < row[k - 1]!));
    if (at > 0)
      reader.refuse(
        'thresholds',
        `${row[at - 1]} and then ${row[at]} in channel ${c}, at level ${at}`,
        falling[c] ? 'levels that do not increase: the channel falls' : 'levels that do not decrease',
      );
    row.forEach((theta, k) => {
      row[k] = clamped(theta, sums, falling[c] === 1);
    });
  }
  return thresholds;
}

export const model: LayerModel = {
  kind: 'multi-threshold',
  title: 'multi-threshold',
  infer(node, [x], report) {
    const { bits, scale, ...rest } = node.attributes as unknown as Attributes;
    let isSound = true;
    const refuse = (got: string, legal: string, fix?: string) => {
      report('NN005', { got, legal, ...(fix === undefined ? {} : { fix }) });
      isSound = false;
    };
    if (!Number.isInteger(bits) || bits < 1 || bits > 8) refuse(`bits = ${bits}`, '1..8');
    else if (bits === 1 && rest.narrow) refuse('bits = 1, narrow = true', 'bits 2..8: one value is none to choose');
    if (!(Number.isFinite(scale) && scale > 0)) refuse(`scale = ${scale}`, 'a positive number');
    if (x!.element.type !== 'int')
      refuse('levels of bits', 'integer sums', 'put it behind a convolution or dense layer');
    else if (bitsOf(int(x!.element.min - 1, x!.element.max + 1)) > 32)
      refuse(
        `sums of ${x!.element.min}..${x!.element.max}`,
        'sums whose neighbours have 32 bits too',
        'put the bias into the thresholds: a layer without bias has sums of fewer bits',
      );
    if (!isSound) return undefined;
    const [low, high] = resultRange({ bits, scale, ...rest });
    return { ...x!, element: int(low, high, asWritten(scale)) };
  },
  resolve(node, [x], output, reader) {
    const { directions } = node.attributes as unknown as Attributes;
    const { channels } = output;
    const levels = levelCount({ type: output });
    const mirrored = directions === 'each' ? reader.bits('falling', [channels]) : new Uint8Array(channels);
    const theta = readLevels(reader, sumsOf(x!), [channels, levels], mirrored);
    return { theta: { shape: [channels, levels], data: theta }, mirrored: { shape: [channels], data: mirrored } };
  },
  parameterBits: (node) => node.type.channels * levelCount(node) * thresholdBits(sumsOf(node.inputTypes[0]!)),
  floatParameters: (node) => 2 * node.type.channels,
  isChannelwise: true,
  mirrored: (node) => node.parameters['mirrored']!.data as Uint8Array,
  unmirror(node, mirror) {
    const { theta, mirrored } = node.parameters;
    const levels = levelCount(node);
    // x ≤ T is mirror − x ≥ mirror − T, and levels that do not increase become levels that do not decrease.
    const data = Int32Array.from(theta!.data, (t, i) => (mirrored!.data[Math.floor(i / levels)] ? mirror - t : t));
    const shape = [node.type.channels];
    return {
      ...node,
      parameters: {
        theta: { shape: theta!.shape, data },
        mirrored: { shape, data: new Uint8Array(node.type.channels) },
      },
    };
  },
};
