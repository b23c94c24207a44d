// SPDX-License-Identifier: Apache-2.0
/** Size of the sparse engine, and feature maps as its activation memory holds them (templates/lib/sparse). */

/** Parameters of nn_sparse. */
export interface EngineShape {
  /** Positions that are multiplied at once: bytes of a line. A multiple of 8, at most 64. */
  readonly lanes: number;
  readonly groups: number;
  /** Output channels of a group, a power of two up to 32. */
  readonly slots: number;
  readonly accumulatorBits: number;
  /** Of the activation memory. */
  readonly lines: number;
  /** 64-bit words of each ring (weights of a group, parameters, steps), a power of two. */
  readonly ringWords: number;
  /** 64-bit words of a vector that maps hand over; there are two banks of them. */
  readonly vectorWords: number;
  /** 64-bit words of all vectors that fully connected layers leave to each other. */
  readonly ownWords: number;
  /** Read ports of 128 bits: of maps, from 2, and of vectors, an even number. */
  readonly mapPorts: number;
  readonly vectorPorts: number;
}

/** Bytes that a port brings at a time. */
export const portBytes = 16;

/** Bytes that arrive together: of frames and of the maps' stream, of the vectors' stream. */
export const mapBeatBytes = ({ mapPorts }: Pick<EngineShape, 'mapPorts'>) => portBytes * mapPorts;
export const vectorBeatBytes = ({ vectorPorts }: Pick<EngineShape, 'vectorPorts'>) => portBytes * vectorPorts;

/** Beats of a line of a frame. */
export const beatsOfLine = (shape: Pick<EngineShape, 'lanes' | 'mapPorts'>) =>
  Math.ceil(shape.lanes / mapBeatBytes(shape));

/** Results of a fully connected layer at once: 16 bits of a beat each. */
export const outputsAtOnce = (shape: Pick<EngineShape, 'vectorPorts'>) => vectorBeatBytes(shape) / 2;

/**
 * A map in activation memory: value (c, y, x) is byte y · pitch + x of its channel, which begins at line `line + c ·
 * span`.
 * Columns from `width` on and bytes behind the last row are 0.
 */
export interface LineMap {
  readonly line: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly pitch: number;
  /** Lines of a channel. */
  readonly span: number;
}

export function lineMap(shape: Pick<EngineShape, 'lanes'>, map: Omit<LineMap, 'span'>): LineMap {
  return { ...map, span: Math.ceil((map.height * map.pitch) / shape.lanes) };
}

/** Words of 8 bytes of each of its lines that hold values: what a fully connected layer takes of it. */
export const wordsOfLine = ({ span, height, pitch, width }: LineMap, { lanes }: Pick<EngineShape, 'lanes'>) =>
  span > 1 ? lanes / 8 : Math.ceil(((height - 1) * pitch + width) / 8);

export const linesOf = (map: LineMap) => map.channels * map.span;

/**
 * Requantised results: y[c] = clamp(⌊(a[c]·x + b[c]) / 2^shift + ½⌋, min, max), a of 16 and b of 32 bits, min and max
 * of 9.
 */
export interface Requantisation {
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly shift: number;
  readonly min: number;
  readonly max: number;
}
