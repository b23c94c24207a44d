// SPDX-License-Identifier: Apache-2.0
/** A layer with 8-bit weights as the sparse engine gets it, and its lanes of entries in either format. */
import { decodeConvolution, encodeConvolution, mostSlots, tapsOf, type ConvolutionShape } from './convolution.ts';
import { passesAt, placesOf, type Lanes } from './deal.ts';
import { decodeDense, encodeDense, slotsFor } from './dense.ts';
import { CorruptStream, type Entries } from './entries.ts';

export const formats = ['convolution', 'dense'] as const;

export interface SparseLayer {
  readonly name: string;
  readonly format: (typeof formats)[number];
  /** A dense layer is a 1×1 kernel whose depth is all of its input. */
  readonly shape: ConvolutionShape;
  /** [filters, kernel, kernel, depth]. */
  readonly weights: Int8Array;
  readonly biases: Int32Array;
  /** Of the requantisation behind the layer, if it has one. */
  readonly shift: number | undefined;
}

/**
 * Engine that weights are arranged for: 24 groups of up to 32 accumulators in convolutions, 32 lanes in dense layers.
 */
export const lanesOf: Readonly<Record<SparseLayer['format'], number>> = { convolution: 24, dense: 32 };

export interface LaneStreams {
  readonly engine: Lanes;
  readonly lanes: readonly Entries[];
  /** Lane and slot of every filter; dense layers need none. */
  readonly places: Uint16Array;
}

export function toLanes({ format, shape, weights }: SparseLayer): LaneStreams {
  const lanes = lanesOf[format];
  if (format === 'dense') {
    const columns = tapsOf(shape);
    return {
      engine: { lanes, slots: slotsFor(shape.filters, lanes) },
      lanes: encodeDense(weights, { rows: shape.filters, columns }, lanes),
      places: new Uint16Array(),
    };
  }
  const engine = { lanes, slots: mostSlots };
  const { passes, lanes: entries } = encodeConvolution(weights, shape, engine);
  return { engine, lanes: entries, places: placesOf(passes, shape.filters, engine) };
}

/** The weights again. Throws CorruptStream. */
export function fromLanes(
  format: SparseLayer['format'],
  shape: ConvolutionShape,
  { engine, lanes, places }: LaneStreams,
): Int8Array {
  const slots = format === 'dense' ? slotsFor(shape.filters, engine.lanes) : mostSlots;
  if (engine.slots !== slots) throw new CorruptStream(`${engine.slots} slots a lane, not ${slots}`);
  if (format === 'dense') return decodeDense(lanes, { rows: shape.filters, columns: tapsOf(shape) });
  const passes = passesAt(places, shape.groups, engine);
  if (!passes) throw new CorruptStream('filters that share a lane and a slot, or leave slots out');
  return decodeConvolution(lanes, passes, shape);
}
