/** Where the bytes of a layer's stream go. */
import { beatsOfRow, layerBeats, rowsOf, type EngineLayer } from './layer.ts';
import { beatBytes, type EngineShape } from './shape.ts';

export interface ImageBytes {
  readonly total: number;
  /** Coded weights of convolutions, with the layer's table for every group; of fully connected layers, with their table, a and b. */
  readonly weights: number;
  /** Reads, and parameters of convolutions. */
  readonly others: number;
  /** Words of rows that nothing stands in: rings are as long as the longest. */
  readonly empty: number;
}

export function imageBytes(layer: EngineLayer, shape: EngineShape): ImageBytes {
  const { rings, entries } = layer;
  const sum = (some: readonly Uint8Array[]) => some.reduce((bytes, ring) => bytes + ring.length, 0);
  const [lists, others] = [sum(rings.slice(0, shape.groups)), sum(rings.slice(shape.groups))];
  const total = layerBeats(layer, shape).length;
  const rows = rowsOf(layer) * beatsOfRow(shape) * beatBytes(shape);
  return { total, weights: lists + entries.length, others, empty: rows - lists - others };
}
