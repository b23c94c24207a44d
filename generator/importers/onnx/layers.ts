// SPDX-License-Identifier: Apache-2.0
/** What the streamliner makes of a model: the layers of a network file, in their order. */
import type { NamedTensor } from '../../import/index.ts';
import type { ImportedLayer } from '../../importer/importer.ts';

/** One line of the network file: `const <name> = <call>('<name>', <input>, <options>);` */
export interface Layer extends ImportedLayer {
  /** Source text of the call behind name and input; empty where it has no options. */
  readonly options: string;
  /** By the name behind `<layer>.`. */
  readonly tensors: Readonly<Record<string, NamedTensor>>;
}

/** Pixels, before the first quantiser: what becomes of each value of 0..255, a row a channel or one for all. */
export interface Pixels {
  readonly at: 'pixels';
  readonly size: MapSize;
  readonly exact: readonly (readonly number[])[];
  readonly float32: readonly (readonly number[])[];
  readonly nodes: readonly string[];
}

/** Integers, each standing for itself · scale; bits stand for ±scale. */
export interface Levels {
  readonly at: 'levels';
  readonly size: MapSize;
  readonly isBipolar: boolean;
  readonly low: number;
  readonly high: number;
  readonly scale: number;
}

/** Integer sums, and the real functions behind them up to the next quantiser. */
export interface Sums {
  readonly at: 'sums';
  readonly size: MapSize;
  /** Least and greatest sum of each channel. */
  readonly ranges: readonly (readonly [low: number, high: number])[];
  /** What the network file takes a sum for: first · sum + second. */
  readonly unit: readonly [scale: number, offset: number];
  readonly steps: readonly ((x: number, channel: number) => number)[];
  /** True while all channels have had the same steps, each rising: the first of the highest stays so. */
  readonly keepsOrder: boolean;
  readonly nodes: readonly string[];
}

export type State = Pixels | Levels | Sums;

export interface MapSize {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}
