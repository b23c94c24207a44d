// SPDX-License-Identifier: Apache-2.0
/**
 * Small designs that together use every cell in every mode: what stream faults and mutants are tried on.
 * Weights are random; nothing here says anything about accuracy.
 */
import { kc705 } from '../generator/boards/kc705.ts';
import {
  batchNormSign,
  binaryConv2d,
  binaryDense,
  decide,
  input,
  maxPool,
  network,
  quantise,
  signedPixels,
  synthetic,
} from '../generator/index.ts';
import type { Stream } from '../generator/dsl/network.ts';
import type { Graph } from '../generator/ir/graph.ts';
import type { Primitives } from '../generator/hardware/cost.ts';
import type { Pins } from '../generator/architectures/dataflow/map/candidates.ts';
import { randomFrom } from '../generator/passes/random.ts';
import { buildDataflow } from '../generator/architectures/dataflow/index.ts';
import { typecheck } from '../generator/passes/typecheck.ts';
import type { StreamDesign } from '../generator/stream-top/design.ts';

const weights = synthetic(7);

function designOf(graph: Graph, pins: Pins, primitives?: Primitives): StreamDesign {
  return buildDataflow(typecheck(graph), { board: kc705, clockMhz: 200, fps: 1, pins, primitives });
}

/**
 * A convolutional chain: 8-bit padding, a pool that swallows an odd row and column and mixes OR and AND,
 * bipolar padding at stride 2, converters up by 2, up by 8 and down by 6, every fold above 1, a decision that
 * ignores scores. The last dense layer is as slow as the first convolution: the chain is sometimes full,
 * sometimes empty.
 */
export function chain(): StreamDesign {
  const graph = network('chain', () => {
    const pixels = quantise('quant', input('pixels', { height: 7, width: 7, channels: 3 }), signedPixels());
    const c0 = binaryConv2d('conv0', pixels, {
      filters: 8,
      kernel: 3,
      pad: { size: 1, value: -128 },
      weights,
    });
    const a0 = batchNormSign('norm0', maxPool('pool0', c0, { size: 2 }), { weights });
    const c1 = binaryConv2d('conv1', a0, {
      filters: 12,
      kernel: 3,
      stride: 2,
      pad: { size: 1, value: -1 },
      weights,
    });
    const a1 = batchNormSign('norm1', c1, { weights });
    const a2 = batchNormSign('norm2', binaryDense('fc0', a1, { units: 24, weights }), { weights });
    return decide('class', binaryDense('fc1', a2, { units: 40, weights }), { classes: 4, ignore: 36 });
  });
  return designOf(graph, {
    conv0: { pe: 4, simd: 3 },
    conv1: { pe: 3, simd: 8 },
    fc0: { pe: 6, simd: 24 },
    fc1: { pe: 1, simd: 1 },
  });
}

/**
 * A dense layer of one clock per dot product sets the pace, so that any lost clock of its credits shows; the one behind
 * it
 * counts in primitives.
 */
export function paced(): StreamDesign {
  const graph = network('paced', () => {
    const pixels = quantise('p_quant', input('pixels', { height: 2, width: 2, channels: 4 }), signedPixels());
    const a0 = batchNormSign('p_norm0', binaryDense('p_fc0', pixels, { units: 40, weights }), { weights });
    return decide('p_class', binaryDense('p_fc1', a0, { units: 4, weights }), {
      classes: 4,
      rule: 'highest_bit',
    });
  });
  return designOf(graph, { p_fc0: { pe: 1, simd: 16 }, p_fc1: { pe: 4, simd: 20 } }, 'xc7');
}

/**
 * Signed scores of a map, the first of which are there before the frame has ended: they wait for its status.
 */
export function signed(): StreamDesign {
  const graph = network('signed', () => {
    const pixels = quantise('s_quant', input('pixels', { height: 3, width: 2, channels: 3 }), signedPixels());
    return decide('s_class', binaryConv2d('s_conv', pixels, { filters: 2, kernel: 1, weights }), {
      classes: 12,
      ignore: 0,
    });
  });
  return designOf(graph, { s_conv: { pe: 2, simd: 3 } });
}

/**
 * Several pixels a clock: four, in rows that do not fill their banks and a ring whose size is no power of
 * two; then two, under padding.
 */
export function several(): StreamDesign {
  const graph = network('several', () => {
    const pixels = quantise('m_quant', input('pixels', { height: 5, width: 6, channels: 2 }), signedPixels());
    const c0 = binaryConv2d('m_conv0', pixels, { filters: 4, kernel: 3, weights });
    const c1 = binaryConv2d('m_conv1', batchNormSign('m_norm0', c0, { weights }), {
      filters: 2,
      kernel: 3,
      pad: { size: 1, value: -1 },
      weights,
    });
    const a1 = batchNormSign('m_norm1', c1, { weights });
    return decide('m_class', binaryDense('m_fc', a1, { units: 6, weights }), { classes: 6 });
  });
  return designOf(graph, {
    m_conv0: { pe: 2, simd: 1, pixels: 4 },
    m_conv1: { pe: 2, simd: 2, pixels: 2 },
    m_fc: { pe: 1, simd: 4 },
  });
}

/**
 * Groups of pixels from the entrance on, in every change of beats: fewer pixels, more pixels, fewer and more lanes of
 * several pixels, and a pool of windows side by side.
 */
export function grouped(): StreamDesign {
  const graph = network('grouped', () => {
    const pixels = quantise('g_quant', input('g_pixels', { height: 6, width: 8, channels: 2 }), signedPixels());
    const conv = (name: string, x: Stream<'int'> | Stream<'bipolar'>, filters: number, kernel = 1) =>
      binaryConv2d(name, x, { filters, kernel, weights, ...(kernel > 1 ? { pad: { size: 1, value: 0 } } : {}) });
    const a0 = batchNormSign('g_norm0', conv('g_conv0', pixels, 4, 3), { weights });
    const a1 = batchNormSign('g_norm1', maxPool('g_pool', conv('g_conv1', a0, 2), { size: 2 }), { weights });
    const a2 = batchNormSign('g_norm2', conv('g_conv2', a1, 3), { weights });
    const a3 = batchNormSign('g_norm3', conv('g_conv3', a2, 4), { weights });
    const a4 = batchNormSign('g_norm4', conv('g_conv4', a3, 2), { weights });
    return decide('g_class', binaryDense('g_fc', a4, { units: 6, weights }), { classes: 6 });
  });
  return designOf(graph, {
    g_pixels: { pixels: 4 },
    g_conv0: { pe: 2, simd: 1, pixels: 8 },
    g_conv1: { pe: 1, simd: 1, pixels: 8 },
    g_conv2: { pe: 1, simd: 2, pixels: 2 },
    g_conv3: { pe: 4, simd: 1, pixels: 4 },
    g_conv4: { pe: 2, simd: 4, pixels: 4 },
    g_fc: { pe: 1, simd: 4 },
  });
}

/**
 * Wired weights: pixels under padding, two windows a clock; bits, two windows and one; a kernel that reaches to one
 * side. In
 * primitives, so that the cells of both styles take part.
 */
export function wired(): StreamDesign {
  const graph = network('wired', () => {
    const pixels = quantise('w_quant', input('w_pixels', { height: 9, width: 8, channels: 1 }), signedPixels());
    const conv = (name: string, x: Stream<'int'> | Stream<'bipolar'>, filters: number, kernel: number, size = 0) =>
      binaryConv2d(name, x, { filters, kernel, weights, pad: { size, value: size > 0 ? -128 : -1 } });
    const a0 = batchNormSign('w_norm0', conv('w_conv0', pixels, 16, 3, 1), { weights });
    const a1 = batchNormSign('w_norm1', conv('w_conv1', a0, 4, 3), { weights });
    const a2 = batchNormSign('w_norm2', conv('w_conv2', a1, 3, 2), { weights });
    return decide('w_class', binaryDense('w_fc', a2, { units: 6, weights }), { classes: 6 });
  });
  return designOf(
    graph,
    {
      w_pixels: { pixels: 2 },
      w_conv0: { form: 'wired', pixels: 2 },
      w_conv1: { form: 'wired', pixels: 2 },
      w_conv2: { form: 'wired', pixels: 1 },
      w_fc: { pe: 6, simd: 3 },
    },
    'xc7',
  );
}

/**
 * Early decision: pooled windows ORed and ANDed with a row left over, then under padding, then dense; between them
 * converters.
 * In the orders of random pixels.
 */
export function early(): StreamDesign {
  const graph = network('early', () => {
    const pixels = quantise('e_quant', input('e_pixels', { height: 7, width: 8, channels: 2 }), signedPixels());
    const a0 = batchNormSign('e_norm0', binaryConv2d('e_conv0', pixels, { filters: 8, kernel: 1, weights }), {
      weights,
    });
    const c1 = binaryConv2d('e_conv1', a0, { filters: 12, kernel: 3, weights });
    const a1 = batchNormSign('e_norm1', maxPool('e_pool1', c1, { size: 2 }), { weights });
    const c2 = binaryConv2d('e_conv2', a1, { filters: 6, kernel: 3, weights, pad: { size: 1, value: 1 } });
    const a2 = batchNormSign('e_norm2', c2, { weights });
    const a3 = batchNormSign('e_norm3', binaryDense('e_fc0', a2, { units: 10, weights }), { weights });
    return decide('e_class', binaryDense('e_fc1', a3, { units: 5, weights }), { classes: 5 });
  });
  const random = randomFrom('calibration of the specimen');
  const frames = Array.from({ length: 8 }, () => Uint8Array.from({ length: 7 * 8 * 2 }, () => random() * 256));
  const pins: Pins = {
    e_conv0: { pe: 2, simd: 2, pixels: 1 },
    e_conv1: { form: 'early', pe: 3, simd: 8 },
    e_conv2: { form: 'early', pe: 2, simd: 12 },
    e_fc0: { form: 'early', pe: 5, simd: 12 },
    e_fc1: { pe: 1, simd: 5 },
  };
  return buildDataflow(typecheck(graph), {
    board: kc705,
    clockMhz: 200,
    fps: 1,
    pins,
    calibration: { frames, path: undefined },
  });
}

/** All of them, in the order of the bench. Layer names differ, for their memory images share a folder. */
export const specimens = (): StreamDesign[] => [chain(), paced(), signed(), several(), grouped()];

/** Wired layers by themselves: they are many small modules, which would slow down every mutant of the others. */
export const wiredSpecimens = (): StreamDesign[] => [wired()];
