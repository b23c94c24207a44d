// SPDX-License-Identifier: Apache-2.0
/** The kernels of a layer and their thresholds as logic, one window a clock: what they take, and their files. */
import type { TypedNode } from '../../../ir/graph.ts';
import { bitsOf } from '../../../ir/types.ts';
import {
  emitWired,
  emitWiredPixels,
  estimateWired,
  latencyOf,
  wireLayer,
  wirePixels,
  type VerilogFile,
  type WiredEstimate,
  type WiredNames,
} from '../wired/index.ts';
import type { Primitives } from '../../../hardware/cost.ts';
import { fanIn } from '../../../layers/matvec/model.ts';

export interface WiredKernels {
  /** Clocks from a window to its bits. */
  readonly latency: number;
  /**
   * Tap operations of a window. Bits: the taps that groups count, each once for all of its kernels (F5 of
   * [Kernel-Reuse], docs/papers.md). Pixels: the terms of all sums, in 1-bit operations.
   */
  readonly operations: number;
  /** By the netlist, in primitives. */
  readonly estimate: Pick<WiredEstimate, 'lut' | 'ff'>;
  files(names: WiredNames): readonly VerilogFile[];
}

function plan(node: TypedNode, compare: TypedNode): WiredKernels {
  const bits = bitsOf(node.inputTypes[0]!.element);
  const taps = fanIn(node);
  const weights = node.parameters['weights']!.data as Uint8Array;
  const thresholds = compare.parameters['theta']!.data;
  if (bits === 1) {
    const layer = wireLayer({ taps, weights, thresholds });
    return {
      latency: latencyOf(layer),
      operations: layer.groups.length * taps,
      estimate: estimateWired(layer),
      files: (names) => emitWired(layer, names),
    };
  }
  const layer = wirePixels({ taps, bits, weights, thresholds });
  const terms = layer.groups[0].nodes.reduce((sum, item) => sum + (item.op === 'add' ? item.operands.length : 0), 0);
  return {
    latency: latencyOf(layer),
    operations: terms * bits,
    estimate: estimateWired(layer),
    files: (names) => emitWiredPixels(layer, names),
  };
}

const known = new WeakMap<TypedNode, WiredKernels>();

/** The plan of a layer, made once: for a large one it takes seconds. */
export function kernelsOf(node: TypedNode, compare: TypedNode): WiredKernels {
  const kernels = known.get(compare) ?? plan(node, compare);
  known.set(compare, kernels);
  return kernels;
}

interface KernelCost {
  readonly lut: number;
  readonly ff: number;
  readonly latency: number;
}

/** LUTs per tap and kernel of planned layers with random weights, by taps: more taps, larger groups, more shared. */
const perTap: readonly (readonly [taps: number, lut: number])[] = [
  [27, 0.415],
  [144, 0.228],
  [576, 0.151],
  [1152, 0.128],
  [2304, 0.107],
  [4608, 0.092],
];
/**
 * Sums as synthesis makes them of portable Verilog take so much more: of bits (cnvW1A1's conv1, `npm run bench:wired`),
 * of pixels (its conv0).
 */
const portableFactor = { bits: 2.1, pixels: 1.57 };
const flipFlopsPerLut = 1.75;

/** Between the planned sizes a power law, beyond them the nearest one's. */
function lutPerTap(taps: number): number {
  const next = perTap.findIndex(([size]) => size >= taps);
  const above = Math.max(1, next < 0 ? perTap.length - 1 : next);
  const [[n0, l0], [n1, l1]] = [perTap[above - 1]!, perTap[above]!];
  const exponent = Math.log(l1 / l0) / Math.log(n1 / n0);
  return l0 * (taps / n0) ** exponent;
}

/**
 * An estimate without a plan, for the mapper asks for every layer: by taps and kernels. First layers are planned in
 * milliseconds, and theirs is the plan's own.
 */
export function wiredKernelCost(node: TypedNode, compare: TypedNode, primitives: Primitives | undefined): KernelCost {
  const bits = bitsOf(node.inputTypes[0]!.element);
  const taps = fanIn(node);
  if (bits > 1) {
    const { estimate, latency } = kernelsOf(node, compare);
    return { lut: estimate.lut * (primitives ? 1 : portableFactor.pixels), ff: estimate.ff, latency };
  }
  const lut = lutPerTap(taps) * taps * node.type.channels * (primitives ? 1 : portableFactor.bits);
  return { lut, ff: flipFlopsPerLut * lut, latency: Math.ceil(Math.log2(taps)) - 1 };
}
