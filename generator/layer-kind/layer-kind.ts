// SPDX-License-Identifier: Apache-2.0
/**
 * The plug point: what a layer kind says about itself. Passes, interpreter, mapper and emitter ask these questions
 * and never look at a kind's name. A kind is one folder: kind.ts (shape, parameters, algebra), golden.ts (integers),
 * golden-wasm.ts where speed asks for it, and a file for each architecture, which golden.ts never sees.
 */
import type { Issue } from '../errors/errors.ts';
import type { Kernels } from '../golden/kernels/kernels.ts';
import type { Node, Parameter, TypedNode } from '../ir/graph.ts';
import type { Rounded } from '../ir/rounding.ts';
import type { TensorType } from '../ir/types.ts';
import type { Tensor } from '../tensor/tensor.ts';
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

/** Orders by node; those that are not in it keep theirs. */
export type OrdersByNode = ReadonlyMap<string, ChannelOrders>;

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

/**
 * The same layer in WebAssembly: prepared once, with rooms of its own in the kernels' memory, then called once per
 * frame. It reads the tensors at the addresses `inputs` and writes all of that at `output`, in the layout of tensor.ts.
 * Undefined where the kernels do not take the node: then the plain form computes it.
 */
export type Fast = (
  node: TypedNode,
  kernels: Kernels,
  inputs: readonly number[],
  output: number,
) => (() => void) | undefined;

export interface LayerKind extends LayerModel {
  /** The definition. */
  readonly golden: Golden;
  /** Bit for bit the same, faster. Absent: the kind has no such form, and needs none. */
  readonly fast?: Fast;
}
