// SPDX-License-Identifier: Apache-2.0
/**
 * What a BNN-PYNQ folder's layers look like. The files say neither shapes nor folding: shapes are the network's that
 * the folder is opened for, PE is the number of a layer's files, and SIMD is what all sizes and words of a layer agree
 * with.
 */
import type { AskedTensors } from './tensors.ts';

export interface PackedLayer {
  /** Name of its tensors: `<name>.weights`, `<name>.thresholds`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly filters: number;
  /** What one filter sees. */
  readonly columns: number;
  /** 1: a bit each, 0 is −1. 2: two's complement, −1, 0 or 1. */
  readonly weightBits: 1 | 2;
  /** Thresholds a channel, 0 for a layer without. */
  readonly levels: number;
  /** Their shape, as the network asks for it. */
  readonly levelShape: readonly number[];
  /** The design compares 2^fraction · acc > T. */
  readonly thresholdFraction: number;
}

/** Fraction bits of the stored thresholds on sums of fractions; thresholds on whole sums have none. */
const storedFraction = 8;

const count = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** The layers that a network asks for, in its order: a weight matrix each, with thresholds or none. */
export function layersAsked(asked: AskedTensors): PackedLayer[] {
  return [...asked].flatMap(([key, { dtype, shape }]) => {
    if (!key.endsWith('.weights')) return [];
    const name = key.slice(0, -'.weights'.length);
    const thresholds = asked.get(`${name}.thresholds`);
    const filters = shape[0]!;
    const fraction = thresholds === undefined ? 0 : -Math.log2(thresholds.unit);
    return {
      name,
      shape,
      filters,
      columns: count(shape) / filters,
      weightBits: dtype === 'U8' ? 1 : 2,
      levels: thresholds === undefined ? 0 : count(thresholds.shape) / filters,
      levelShape: thresholds?.shape ?? [],
      thresholdFraction: fraction > 0 ? storedFraction - fraction : 0,
    } as const;
  });
}
