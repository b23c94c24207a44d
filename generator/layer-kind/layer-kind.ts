// SPDX-License-Identifier: Apache-2.0
/**
 * The plug point: what a layer kind says about itself. Passes, interpreter, mapper and emitter ask these questions
 * and never look at a kind's name. A kind is one folder: kind.ts (shape, parameters, algebra), golden.ts (integers),
 * cost.ts (folding, cycles, estimate), lower.ts (cells). golden.ts and lower.ts never see each other.
 */
import type { EngineRole } from '../architectures/sparse/layer/role.ts';
import type { Issue } from '../errors/errors.ts';
import type { Node, Parameter, TypedNode } from '../ir/graph.ts';
import type { Rounded } from '../ir/rounding.ts';
import type { TensorType } from '../ir/types.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { BeatShape, Cell, HardwareStream } from '../hardware/hardware.ts';
import type { SparseLayer } from '../storage/layer.ts';

/** Collects an issue about the node at hand; the pass adds the path and the source line. */
export type Report = (code: Issue['code'], rest: Pick<Issue, 'got'> & Partial<Pick<Issue, 'legal' | 'fix'>>) => void;

export type Random = () => number;

/** Reads a node's tensors from a checkpoint, or draws them when the weights are synthetic. */
export interface ParameterReader {
  /** Weight bits 0/1 of the shape, row-major. A flattened shape of the same rows is accepted too. */
  bits(key: string, shape: readonly number[]): Uint8Array;
  /** Values −128..127; synthetic ones like trained weights, none beyond ±`most`. */
  int8(key: string, shape: readonly number[], most: number): Int8Array;
  /** int32 values; `draw` gives synthetic ones. */
  integers(key: string, shape: readonly number[], draw: (random: Random) => number): Int32Array;
  /** Finite reals, none below `least` where one is given; `draw` gives synthetic ones. */
  reals(key: string, shape: readonly number[], draw: (random: Random) => number, least?: number): Float64Array;
  /** Free text that came with the weights; undefined where there is none of that name. */
  note(name: string): string | undefined;
  /** NN013: values that are legal by themselves and do not fit together; `fix` where other weights are none. */
  refuse(key: string, got: string, legal: string, fix?: string): never;
}

/**
 * Place i of a layer's input, or of its output, holds channel order[i] of before; as before where an order is absent.
 */
export interface ChannelOrders {
  readonly input?: readonly number[];
  readonly output?: readonly number[];
}

export interface LayerModel {
  readonly kind: string;
  /** How a person calls it: `binary conv`. */
  readonly title: string;
  /** What it rounds, by name; docs/numbers.md has the same table. Absent: nothing, all that it gives is exact. */
  readonly rounds?: readonly Rounded[];
  /** Output type from input types; issues go to `report`, and then undefined comes back. */
  infer(node: Node, inputs: readonly TensorType[], report: Report): TensorType | undefined;
  /** Integer parameters of the node, batch-norm folded where the kind has one. Absent: the kind has none. */
  resolve?(
    node: Node,
    inputs: readonly TensorType[],
    output: TensorType,
    reader: ParameterReader,
  ): Record<string, Parameter>;
  /** Work per frame. Absent: none worth counting. */
  work?(node: TypedNode): { readonly macs: number; readonly operations: number };
  /** Bits of weights, thresholds and tables that the layer needs on chip: logical, without padding. */
  parameterBits?(node: TypedNode): number;
  /** Parameters that the layer has in a float network: weights, and scale and shift of a batch-norm. */
  floatParameters?(node: TypedNode): number;

  /** Kinds with 8-bit weights: the format in which they are stored without their zeros. */
  stored?(node: TypedNode): Pick<SparseLayer, 'format' | 'shape'>;
  /** The tensor `shift` of the node brings sums back to few bits: calibration chooses it. */
  requantises?(node: Node): boolean;
  /** The tensor `left` of the node brings inputs of different units to one: calibration chooses it. */
  readonly alignsUnits?: boolean;

  /** Threshold-like kinds: channels whose compare is mirrored (y = x ≤ θ). */
  mirrored?(node: TypedNode): Uint8Array;
  /** Threshold-like kinds: the same function of x' = mirror − x on the given channels, all compares x' ≥ θ'. */
  unmirror?(node: TypedNode, mirror: number): TypedNode;
  /** Kinds linear in their weights: weights of the channels inverted, so that x' = mirror − x comes out there. */
  negate?(node: TypedNode, channels: Uint8Array): { readonly node: TypedNode; readonly mirror: number };
  /** The same layer on channels in other orders. Absent: its orders are given. */
  reorder?(node: TypedNode, orders: ChannelOrders): TypedNode;
  /**
   * Each output channel comes from the input channel of the same number alone, every parameter has a value for each.
   */
  readonly isChannelwise?: boolean;
  /** Order-preserving kinds (max-pool): the same node moved behind a threshold whose mirrored channels are given. */
  behindThreshold?(node: TypedNode, mirrored: Uint8Array): Pick<TypedNode, 'attributes' | 'parameters'>;
}

/** Prepared once per network (weights packed), then called once per frame. */
export type Evaluate = (inputs: readonly Tensor[]) => Tensor;
export type Golden = (node: TypedNode) => Evaluate;

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

export interface FoldAxes {
  readonly pe: readonly number[];
  readonly simd: readonly number[];
  readonly pixels: readonly number[];
}

/** Resources of the FPGA; null where nobody knows. */
export interface Cost {
  readonly lut: number | null;
  readonly lutRam: number | null;
  readonly ff: number | null;
  readonly bram36: number | null;
  readonly uram: number | null;
  readonly dsp: number | null;
}

/** Families whose primitives cells may instantiate: LUT6_2 in both, CARRY4 in xc7, CARRY8 in xcup. */
export type Primitives = 'xc7' | 'xcup';

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
  /** LUTs that a RAMB36 is worth: memories lie in block RAM where that saves more, else in LUTs. */
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

/**
 * What a kind is to the shared architecture (generator/architectures/shared-array): work of the array, or part of its output stage. A kind
 * without a role keeps its dataflow cell, before or behind the array.
 */
export type SharedRole =
  | { readonly part: 'array'; window(node: TypedNode): SharedWindow }
  | {
      readonly part: 'compare';
      thresholds(node: TypedNode): { readonly theta: Int32Array; readonly mirrored: Uint8Array };
    }
  | {
      readonly part: 'pool';
      pool(node: TypedNode): { readonly size: number; readonly stride: number; readonly minimum: Uint8Array };
    }
  | {
      readonly part: 'scale';
      map(node: TypedNode): {
        readonly a: Int32Array;
        readonly b: Int32Array;
        readonly shift: number;
        readonly min: number;
        readonly max: number;
      };
    }
  | { readonly part: 'join' }
  | { readonly part: 'mean'; window(node: TypedNode): { readonly rows: number; readonly columns: number } };

/** The taps of an output pixel: a square window, or the whole map. */
export interface SharedWindow {
  readonly kernel: number | 'map';
  readonly stride: number;
  readonly padSize: number;
  readonly padValue: number;
}

export interface LayerKind extends LayerModel {
  readonly shared?: SharedRole;
  readonly golden: Golden;
  readonly cost: LayerCost;
  readonly lowering: LayerLowering;
  /** Absent: nothing here can be known early. */
  readonly early?: LayerEarly;
  /** What the layer is to the sparse engine. Absent, or undefined: it cannot run there. */
  engine?(node: TypedNode): EngineRole | undefined;
}
