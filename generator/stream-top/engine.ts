// SPDX-License-Identifier: Apache-2.0
/** Engines: the nodes that they work on, their folding, and what they are built of. */
import type { Primitives } from '../hardware/cost.ts';
import type { TypedNode } from '../ir/graph.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** PE output channels × SIMD taps × M pixels at once. */
export interface Fold {
  /**
   * wired: weights become logic, all of a window's taps and filters at once. early: lanes on their own, each of which
   * stops
   * as soon as its bit is known. Absent: folded, lanes in lockstep, weights in memory.
   */
  readonly form?: 'wired' | 'early';
  readonly pe: number;
  readonly simd: number;
  readonly pixels: number;
}

/** Layers that take a form: all that can, none, or those where it takes fewer LUTs. */
export const choices = ['on', 'off', 'auto'] as const;

export type Choice = (typeof choices)[number];

/** What the nodes of a graph gave on some frames: early decision is ordered and priced by it. */
export interface Calibration {
  /** The node's bits, frame by frame. */
  maps(node: string): readonly Tensor[];
  /** Tiles that may be looked at to find one engine's orders. */
  readonly tiles: number;
}

/** What all engines of a design are built of. */
export interface Materials {
  /** Wired layers. Absent: off. */
  readonly reuse?: Choice | undefined;
  /** Early decision in place of the folded form. Absent: off. */
  readonly early?: Choice | undefined;
  /** Operands of lanes that have decided stand still: for energy; it changes neither bits nor clocks. */
  readonly gate?: boolean | undefined;
  /** Absent: tiles stand in their natural order, and the expectation is that all are looked at. */
  readonly calibration?: Calibration | undefined;
  /** Device family whose primitives cells may instantiate. Absent: portable Verilog alone. */
  readonly primitives?: Primitives | undefined;
  /** LUTs that a block RAM of 36 kbit is worth: memories lie in block RAM where that saves more, else in LUTs. */
  readonly lutPerBram: number;
}

/** The order in which early decision looks at tiles; it changes no bit. */
export interface TileOrders {
  /** By input channel: 1 where the hardware inverts it. */
  readonly inverted: readonly number[];
  /** By filter: its tiles in the order of their visits. */
  readonly visits: readonly (readonly number[])[];
}

/** A node, with the threshold that its engine absorbs, and the pool if it decides early. */
export interface Engine extends Materials {
  readonly name: string;
  readonly nodes: readonly TypedNode[];
  readonly fold: Fold;
  readonly orders?: TileOrders | undefined;
}
