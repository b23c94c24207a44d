// SPDX-License-Identifier: Apache-2.0
/** Layers of the engine beside what they compute of the network. */
import type { ResultPart } from './layout.ts';
import type { EngineLayer } from '../program/layer.ts';
import type { VectorLayer } from '../program/vector-layer.ts';

/** A layer, and what it computes: channels of a value, or results. */
export interface Compiled<Layer> {
  readonly layer: Layer;
  /** Node whose work it is. */
  readonly node: string;
  /** Value that it writes, channels first..first + count − 1; absent for results and what is handed over. */
  readonly writes?: { readonly value: string; readonly first: number; readonly count: number };
  readonly part?: ResultPart;
  /** Multiplications with its weights, zeros counted; 0 where it has none. */
  readonly macs: number;
}

export type MapLayer = Compiled<EngineLayer> & { readonly machine: 'maps' };
export type VectorsLayer = Compiled<VectorLayer> & { readonly machine: 'vectors' };
export type CompiledLayer = MapLayer | VectorsLayer;
