// SPDX-License-Identifier: Apache-2.0
/**
 * Small networks on the shared array that together use its cells in every mode: what its mutants are tried on. Weights
 * are random.
 */
import { kc705 } from '../generator/boards/kc705.ts';
import {
  add,
  affine,
  averagePool,
  batchNormSign,
  binaryConv2d,
  binaryDense,
  binarise,
  decide,
  input,
  intDense,
  maxPool,
  network,
  quantise,
  signedFormat,
  signedPixels,
  synthetic,
  threshold,
} from '../generator/index.ts';
import type { Graph } from '../generator/ir/graph.ts';
import { buildShared } from '../generator/architectures/shared-array/index.ts';
import { typecheck } from '../generator/passes/typecheck.ts';
import type { StreamDesign } from '../generator/stream-top/design.ts';

const weights = synthetic(11);

function designOf(graph: Graph, units: number, group: number, primitives?: 'xc7'): StreamDesign {
  return buildShared(typecheck(graph), {
    board: kc705,
    clockMhz: 200,
    fps: 1,
    primitives,
    units,
    taps: 9 * group,
  });
}

/**
 * Bit planes in four words, pools of both kinds, an even kernel, a half group that two filters share, stride 2, a dense
 * layer on a map.
 */
export function turns(): StreamDesign {
  const graph = network('turns', () => {
    const pixels = quantise('t_quant', input('pixels', { height: 7, width: 8, channels: 3 }), signedPixels());
    const c0 = binaryConv2d('t_conv0', pixels, { filters: 12, kernel: 3, pad: { size: 1, value: -77 }, weights });
    const a0 = batchNormSign('t_norm0', maxPool('t_pool', c0, { size: 2 }), { weights });
    const a1 = batchNormSign(
      't_norm1',
      binaryConv2d('t_conv1', a0, { filters: 20, kernel: 2, pad: { size: 1, value: 1 }, weights }),
      { weights },
    );
    const a2 = batchNormSign(
      't_norm2',
      binaryConv2d('t_conv2', a1, { filters: 11, kernel: 3, stride: 2, pad: { size: 1, value: -1 }, weights }),
      { weights },
    );
    const a3 = batchNormSign('t_norm3', binaryDense('t_fc0', a2, { units: 9, weights }), { weights });
    return decide('t_class', binaryDense('t_fc1', a3, { units: 5, weights }), { classes: 4, ignore: 1 });
  });
  return designOf(graph, 2, 8);
}

/**
 * A residual stream: added in place, projected at stride 2, averaged. Bit planes in two words, added up on two levels.
 * In primitives.
 */
export function blocks(): StreamDesign {
  const graph = network('blocks', () => {
    const format = signedFormat(9, 4);
    const pixels = quantise('b_quant', input('pixels', { height: 6, width: 5, channels: 2 }), signedPixels());
    const r0 = affine(
      'b_bn0',
      binaryConv2d('b_conv', pixels, { filters: 12, kernel: 3, pad: { size: 1, value: 0 }, weights }),
      { format, weights },
    );
    const s0 = threshold('b_s0', r0, { weights });
    const t0 = batchNormSign(
      'b_t0',
      binaryConv2d('b_c1', s0, { filters: 6, kernel: 3, pad: { size: 1, value: -1 }, weights }),
      { weights },
    );
    const r1 = add(
      'b_add0',
      r0,
      affine('b_bn1', binaryConv2d('b_c2', t0, { filters: 12, kernel: 3, pad: { size: 1, value: -1 }, weights }), {
        format,
        weights,
      }),
    );
    const s1 = threshold('b_s1', r1, { weights });
    const t1 = batchNormSign(
      'b_t1',
      binaryConv2d('b_c3', s1, { filters: 20, kernel: 3, stride: 2, pad: { size: 1, value: -1 }, weights }),
      { weights },
    );
    const shortcut = affine('b_bnp', binaryConv2d('b_proj', s1, { filters: 18, kernel: 1, stride: 2, weights }), {
      format,
      weights,
    });
    const r2 = add(
      'b_add1',
      shortcut,
      affine('b_bn2', binaryConv2d('b_c4', t1, { filters: 18, kernel: 3, pad: { size: 1, value: -1 }, weights }), {
        format,
        weights,
      }),
    );
    return decide('b_class', intDense('b_fc', averagePool('b_avg', r2), { units: 4, weights }), { classes: 4 });
  });
  return designOf(graph, 4, 16, 'xc7');
}

/** Bits in, gathered to words, more than nine; bits out. */
export function vector(): StreamDesign {
  const graph = network('vector', () => {
    const bits = quantise('v_quant', input('pixels', { height: 9, width: 7, channels: 4 }), binarise(128));
    const a0 = threshold('v_s0', binaryDense('v_fc0', bits, { units: 20, weights }), { weights });
    return decide('v_class', threshold('v_s1', binaryDense('v_fc1', a0, { units: 7, weights }), { weights }), {
      classes: 6,
      ignore: 1,
      rule: 'highest_bit',
    });
  });
  return designOf(graph, 4, 16);
}

export const sharedSpecimens = (): StreamDesign[] => [turns(), blocks(), vector()];
