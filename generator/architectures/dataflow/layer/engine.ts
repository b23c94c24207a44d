// SPDX-License-Identifier: Apache-2.0
/** A convolution or dense layer as nn_conv sees it: a dense layer is a 1×1 convolution on a 1×1 map of all inputs. */
import type { TypedNode } from '../../../ir/graph.ts';
import { elementCount } from '../../../ir/types.ts';
import { divisors } from '../../../hardware/divisors.ts';
import type { Fold } from '../../../stream-top/engine.ts';
import type { Primitives } from '../../../hardware/cost.ts';

export interface ConvEngine {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly filters: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padSize: number;
  readonly padValue: number;
  readonly outHeight: number;
  readonly outWidth: number;
  /** Pixels of an input beat: no more than the ring needs to be written as fast as it is read. */
  readonly inPixels: number;
  /** Clocks a frame to write the ring, and to read its windows. */
  readonly writeClocks: number;
  readonly readClocks: number;
  readonly rows: number;
  readonly weightDepth: number;
  readonly bufferDepth: number;
}

/**
 * How popcounts are built. The smallest that primitives make cheaper has 8 taps, the largest that the cell takes 2999.
 */
export function popcountStyle(
  inputBits: number,
  simd: number,
  primitives: Primitives | undefined,
): 'portable' | 'xilinx' {
  return primitives !== undefined && inputBits === 1 && simd >= 8 && simd <= 2999 ? 'xilinx' : 'portable';
}

/**
 * Clocks of a dot product of `taps` in its cell, which checks the number: nn_signed_dot a level of its tree each,
 * nn_xnor_popcount two levels of 6:3 compressors each and two for the last adders, nn_xilinx_xnor_popcount one for the
 * carries, one for each level of 7:3 compressors and one for the last adder.
 */
export function dotLatency(inputBits: number, taps: number, popcounts: 'portable' | 'xilinx'): number {
  if (inputBits > 1) return Math.max(1, Math.ceil(Math.log2(taps)));
  if (popcounts === 'portable') return Math.floor((Math.ceil(Math.log2(taps + 1)) - 1) / 2) + 2;
  const levelFrom = [8, 30, 86, 170, 394, 889, 2060];
  return levelFrom.filter((least) => taps >= least).length + 2;
}

/**
 * Row slots of the ring without a bubble (templates/lib/README.md, rows of a window): what an output row needs and,
 * beside it, what comes in while it is worked on.
 * @param rowClocks clocks in which a row arrives @param work clocks in which an output row is worked on
 */
function ringRows(
  shape: Pick<ConvEngine, 'height' | 'kernel' | 'stride' | 'padSize' | 'outHeight'>,
  rowClocks: number,
  work: number,
): number {
  const { height, kernel, stride, padSize, outHeight } = shape;
  const last = outHeight - 1;
  const reach = Math.max(kernel, stride);
  const end = (oy: number) => (oy >= last ? height : Math.min(height, oy * stride - padSize + reach));
  const first = (oy: number) => Math.max(0, oy * stride - padSize);
  const moves = (oy: number) => (oy < last ? end(oy + 1) - end(oy) : end(0));
  const all = Array.from({ length: outHeight }, (_, oy) => ({
    held: end(oy) - first(oy) + moves(oy),
    moved: moves(oy),
  }));
  // Where rows come in about as slowly as an output row is worked on, the ring's clocks of delay need rows on top.
  const slack = Math.max(...all.map(({ moved }) => moved)) * rowClocks + 8 > work ? Math.ceil(8 / rowClocks) : 0;
  return Math.max(...all.map(({ held }) => held)) + slack;
}

/** Computed once: the mapper asks for thousands of foldings, each many times. */
const known = new WeakMap<TypedNode, Map<string, ConvEngine>>();

/** Geometry of the engine at a folding (at fold 1 when none is given). */
export function convEngine(node: TypedNode, fold: Fold = { pe: 1, simd: 1, pixels: 1 }): ConvEngine {
  const key = `${fold.pe} ${fold.simd} ${fold.pixels}`;
  const engines = known.get(node) ?? new Map<string, ConvEngine>();
  known.set(node, engines);
  const found = engines.get(key) ?? shapeOf(node, fold);
  engines.set(key, found);
  return found;
}

function shapeOf(node: TypedNode, fold: Fold): ConvEngine {
  const input = node.inputTypes[0]!;
  const a = node.attributes as {
    filters?: number;
    kernel?: number;
    stride?: number;
    padSize?: number;
    padValue?: number;
  };
  const spatial = a.kernel !== undefined;
  const height = spatial ? input.height : 1;
  const width = spatial ? input.width : 1;
  const channels = spatial ? input.channels : elementCount(input);
  const kernel = a.kernel ?? 1;
  const stride = a.stride ?? 1;
  const filters = node.type.channels;
  const folds = (filters / fold.pe) * ((kernel * kernel * channels) / fold.simd);
  const rowWork = (node.type.width / fold.pixels) * folds;
  const readClocks = node.type.height * rowWork;
  const pixelClocks = (height * width * channels) / fold.simd;
  // A beat may neither cross a row's end nor the banks' last pixel.
  const beats = divisors(fold.pixels).filter((pixels) => width % pixels === 0);
  const inPixels = beats.find((pixels) => pixelClocks / pixels <= readClocks) ?? beats.at(-1)!;
  const rows = ringRows(
    { height, kernel, stride, padSize: a.padSize ?? 0, outHeight: node.type.height },
    (width * channels) / fold.simd / inPixels,
    rowWork,
  );
  // One bank a pixel; the last column may be partly used.
  const bufferDepth = (rows * Math.ceil(width / fold.pixels) * channels) / fold.simd;
  return {
    height,
    width,
    channels,
    filters,
    kernel,
    stride,
    padSize: a.padSize ?? 0,
    padValue: a.padValue ?? 0,
    outHeight: node.type.height,
    outWidth: node.type.width,
    inPixels,
    writeClocks: pixelClocks / inPixels,
    readClocks,
    rows,
    weightDepth: folds,
    bufferDepth,
  };
}
