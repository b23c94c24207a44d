// SPDX-License-Identifier: Apache-2.0
/**
 * What a layer kind says to an architecture in which every layer has hardware of its own: foldings, clocks, estimate,
 * cells. `layers/<kind>/dataflow.ts` answers, and never sees the golden model.
 */
import type { Cost } from '../../../hardware/cost.ts';
import type { BeatShape, Cell, HardwareStream } from '../../../hardware/hardware.ts';
import type { TypedNode } from '../../../ir/graph.ts';
import type { Engine, Fold, TileOrders } from '../../../stream-top/engine.ts';
import type { Tensor } from '../../../tensor/tensor.ts';

export interface FoldAxes {
  readonly pe: readonly number[];
  readonly simd: readonly number[];
  readonly pixels: readonly number[];
}

/** How rows of the input map go through an engine with a window; what queues beside it are sized by. */
export interface RowFlow {
  /** Input rows that must be there before so many output rows can be complete. */
  readonly needed: (outputRows: number) => number;
  /** Input rows that come in while an output row is worked on. */
  readonly step: number;
  /** Input rows that go in although nothing leaves. */
  readonly held: number;
}

export interface LayerCost {
  /** Legal foldings. Absent: the kind follows the stream that arrives. */
  foldAxes?(node: TypedNode): FoldAxes;
  /** Foldings of the wired form, for the nodes of one engine; empty where their weights cannot become logic. */
  wiredFolds?(nodes: readonly TypedNode[]): readonly Fold[];
  /** The beats that the engine takes, given those that arrive. */
  inputBeat(engine: Engine, arriving: BeatShape): BeatShape;
  /** The beats that it gives, from those that it takes. */
  outputBeat(engine: Engine, input: BeatShape): BeatShape;
  /** Operation lanes: 1-bit taps per clock when busy. 0 where the kind computes nothing worth a lane. */
  lanes(engine: Engine): number;
  /**
   * The engine's own interval in clocks per frame, with nothing stalling it; an expectation where it depends on data.
   */
  cycles(engine: Engine, input: BeatShape): number;
  /** The same in a frame that takes all there is to do. Absent: all frames do. */
  cyclesAtMost?(engine: Engine, input: BeatShape): number;
  /** Clocks in a row in which it works and takes no input, at most. Absent: it takes a beat whenever it works. */
  pause?(engine: Engine): number;
  /** An estimate, before synthesis. */
  estimate(engine: Engine, input: BeatShape): Cost;
  /** Absent, or undefined: every beat that goes in leaves at once. */
  rowFlow?(engine: Engine): RowFlow | undefined;
}

export interface LayerLowering {
  /** This kind runs in the engine of the node before it when that one `takesEpilogue`. */
  readonly isEpilogue?: boolean;
  readonly takesEpilogue?: boolean;
  /**
   * Behind an epilogue, one bit of each of the node's windows can decide it: an engine with early decision takes it in.
   */
  decidesEarly?(node: TypedNode): boolean;
  /** Why the dataflow architecture cannot build this node, if it cannot. */
  unsupported?(node: TypedNode): { readonly got: string; readonly fix: string } | undefined;
  /** The engine takes two streams; both have the beats that `inputBeat` says. */
  readonly joins?: boolean;
  /** The cells of the engine between the streams; `shortcut` is a join's other input. */
  lower(engine: Engine, input: HardwareStream, output: HardwareStream, shortcut?: HardwareStream): Cell[];
}

/** Tiles of a frame: looked at, and what they would be without early decision. */
export interface Tiles {
  readonly dense: number;
  readonly executed: number;
}

/** Exact early decision: what is looked at depends on data and order alone, the bits on neither. */
export interface LayerEarly {
  /** Legal foldings of an engine of these nodes; empty where its bits cannot be known early. */
  folds(nodes: readonly TypedNode[]): readonly Fold[];
  /** Orders under which the calibration takes fewest tiles; undefined for engines of other forms. */
  orders(engine: Engine): TileOrders | undefined;
  /** Order of its input's channels that decides soonest; undefined where any will do. */
  channelOrder(engine: Engine): readonly number[] | undefined;
  /**
   * Order of its filters that gives every lane as much to do; undefined where any will do.
   * @param wanted the order that the consumer asks for, which may be changed within groups of `group`
   */
  filterOrder(engine: Engine, wanted: readonly number[], group: number): readonly number[] | undefined;
  /** Counts as the hardware must: tiles of a frame of its input. */
  counter(engine: Engine): (input: Tensor) => Tiles;
}

export interface DataflowLayer {
  readonly cost: LayerCost;
  readonly lowering: LayerLowering;
  /** Absent: nothing here can be known early. */
  readonly early?: LayerEarly;
}
