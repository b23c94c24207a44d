// SPDX-License-Identifier: Apache-2.0
/**
 * A design with AXI4-Stream ends as it is placed: engines one behind the other, the streams between them, their clocks.
 */
import type { Cost } from '../hardware/cost.ts';
import type { Cell, HardwareStream } from '../hardware/hardware.ts';
import type { TypedNode } from '../ir/graph.ts';
import type { Engine } from './engine.ts';

/** Where beats wait because the other way to the same join takes longer. */
export interface Queue {
  readonly from: string;
  /** The engine that reads it. */
  readonly reader: string;
  readonly input: HardwareStream;
  readonly output: HardwareStream;
  /** Beats in its memory: a bound that keeps the rate. */
  readonly depth: number;
  /** Beats that it may be deeper than what keeps the design from standing still. */
  readonly slack: number;
}

/** An engine in its place: what it computes, its cells and the stream it gives. */
export interface PlacedEngine extends Engine {
  /** The node whose tensor appears on `output`. */
  readonly result: TypedNode;
  readonly title: string;
  readonly cells: readonly Cell[];
  /** Where its inputs wait for each other, or for what they meet at a join behind it. */
  readonly queues: readonly Queue[];
  readonly input: HardwareStream;
  readonly output: HardwareStream;
  readonly lanes: number;
  /** Clocks per frame; an expectation where they depend on data. */
  readonly cycles: number;
  /** The same in a frame that takes all there is to do. */
  readonly cyclesAtMost: number;
  readonly macs: number;
  readonly operations: number;
  readonly estimate: Cost;
  /** Layers that take turns in this engine. Absent: it is one layer's own. */
  readonly turns?: readonly Turn[];
}

/** A layer of an engine that many share, and where the bench sees its results. */
export interface Turn {
  readonly name: string;
  readonly title: string;
  readonly macs: number;
  readonly operations: number;
  /** Clocks in which it works, and with those until the next layer's turn. */
  readonly steps: number;
  readonly cycles: number;
  /** Signal, in the engine's cell, that is high while the layer works. */
  readonly busySignal: string;
  readonly taps: readonly Tap[];
}

/** Results of a layer as they pass inside an engine's cell. */
export interface Tap {
  readonly node: TypedNode;
  /** Expressions in the cell's scope; `{}` stands for the cell. */
  readonly data: string;
  readonly valid: string;
  readonly bits: number;
  readonly elementBits: number;
  /** Words of a frame. */
  readonly beats: number;
  /** One frame of the node's tensor, hex words in the order in which they pass. */
  words(elementAt: (y: number, x: number, channel: number) => number): string[];
  /** Field i of word n in the network's terms. */
  locate(word: number, field: number): { readonly y: number; readonly x: number; readonly channel: number };
}

export interface Placement {
  readonly engines: readonly PlacedEngine[];
  /** Modelled clocks between frames: the slowest engine; an expectation where they depend on data. */
  readonly interval: number;
  readonly intervalAtMost: number;
  /** LUTs that a block RAM counted as. */
  readonly lutPerBram: number;
}
