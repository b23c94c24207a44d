// SPDX-License-Identifier: Apache-2.0
/** Where the bytes of a layer's stream go. */
import { beatsOfRow, layerBeats, rowsOf, type EngineLayer } from './program/layer.ts';
import { mapBeatBytes, type EngineShape } from './program/shape.ts';
import { vectorBeats, type VectorLayer } from './program/vector-layer.ts';

export interface ImageBytes {
  readonly total: number;
  /**
   * Coded weights of convolutions, with the layer's table for every group; of fully connected layers, with their table,
   * a and b.
   */
  readonly weights: number;
  /** Reads, and parameters of convolutions. */
  readonly others: number;
  /** Words of rows that nothing stands in: rings are as long as the longest. */
  readonly empty: number;
}

const sum = (some: readonly Uint8Array[]) => some.reduce((bytes, ring) => bytes + ring.length, 0);

export function mapBytes(layer: EngineLayer, shape: EngineShape): ImageBytes {
  const { rings } = layer;
  const [lists, others] = [sum(rings.slice(0, shape.groups)), sum(rings.slice(shape.groups))];
  const rows = rowsOf(layer) * beatsOfRow(shape) * mapBeatBytes(shape);
  return { total: layerBeats(layer, shape).length, weights: lists, others, empty: rows - lists - others };
}

export function vectorBytes(layer: VectorLayer, shape: EngineShape): ImageBytes {
  return { total: vectorBeats(layer, shape).length, weights: layer.entries.length, others: 0, empty: 0 };
}
