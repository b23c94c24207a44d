// SPDX-License-Identifier: Apache-2.0
/** A small residual network that uses every cell of forks, joins and integer layers in every mode. Random weights. */
import { kc705 } from '../generator/boards/kc705.ts';
import {
  add,
  affine,
  averagePool,
  batchNormSign,
  binaryConv2d,
  binaryDense,
  decide,
  input,
  intDense,
  network,
  quantise,
  signedFormat,
  signedPixels,
  synthetic,
  threshold,
  type Stream,
} from '../generator/index.ts';
import type { Graph } from '../generator/ir/graph.ts';
import { buildDataflow } from '../generator/architectures/dataflow/index.ts';
import { typecheck } from '../generator/passes/typecheck.ts';
import type { StreamDesign } from '../generator/stream-top/design.ts';

const weights = synthetic(9);

/**
 * Two blocks on maps of `side × side`: one whose stream is its own shortcut, one of stride 2 with a projection. A
 * compare
 * that inverts, a format that is no whole range, a ReLU, an average that drops a row, sums of more than 16 bits.
 */
export function residualNetwork(side: number): Graph {
  return network('residual', () => {
    const pixels = quantise('r_quant', input('r_pixels', { height: side, width: side, channels: 2 }), signedPixels());
    const format = { ...signedFormat(10, 5), min: -500, max: 480 };
    const conv = (
      name: string,
      x: Stream<'bipolar' | 'int'>,
      filters: number,
      kernel: number,
      stride = 1,
      value = -1,
    ) => binaryConv2d(name, x, { filters, kernel, stride, pad: { size: kernel >> 1, value }, weights });
    const block = (
      name: string,
      r: Stream<'int'>,
      s: Stream<'bipolar'>,
      inner: number,
      out: number,
      stride: number,
    ) => {
      const t = batchNormSign(`${name}_t1`, conv(`${name}_c1`, s, inner, 3, stride), { weights });
      const v = affine(`${name}_bn2`, conv(`${name}_c2`, t, out, 3), { format, weights });
      const shortcut =
        stride === 1 ? r : affine(`${name}_bnp`, conv(`${name}_proj`, s, out, 1, stride), { format, weights });
      return add(`${name}_add`, shortcut, v);
    };
    const r0 = affine('r_bn0', conv('r_conv0', pixels, 4, 3, 1, 0), { format, weights });
    const r1 = block('r_b1', r0, batchNormSign('r_s1', r0, { weights }), 2, 4, 1);
    const r2 = block('r_b2', r1, threshold('r_s2', r1, { weights }), 3, 6, 2);
    const relu = affine('r_relu', r2, { format: { min: 0, max: 200, fraction: 0 }, form: 'integer', weights });
    return decide(
      'r_class',
      intDense('r_fc', averagePool('r_avg', relu, { size: 2 }), { units: 6, bias: true, weights }),
      { classes: 6 },
    );
  });
}

export function residual(): StreamDesign {
  return buildDataflow(typecheck(residualNetwork(6)), {
    board: kc705,
    clockMhz: 200,
    fps: 1,
    pins: {
      r_pixels: { pixels: 2 },
      r_conv0: { pe: 2, simd: 1, pixels: 2 },
      r_bn0: { pe: 2, pixels: 2 },
      r_b1_c1: { pe: 2, simd: 2, pixels: 1 },
      r_b1_c2: { pe: 2, simd: 1, pixels: 2 },
      r_b1_bn2: { pe: 1, pixels: 2 },
      r_b2_c1: { pe: 1, simd: 4 },
      r_b2_c2: { pe: 3, simd: 3, pixels: 1 },
      r_b2_bn2: { pe: 2, pixels: 1 },
      r_relu: { pe: 2, pixels: 1 },
      r_fc: { pe: 2 },
    },
  });
}

/**
 * One block on maps of 8 × 8 whose engines are busy in every clock; the last convolution gives a row of pixels at once,
 * its readers single ones.
 */
export function groupedBlock(): StreamDesign {
  const format = signedFormat(8, 2);
  const graph = network('grouped', () => {
    const pixels = quantise('g_quant', input('g_pixels', { height: 8, width: 8, channels: 2 }), signedPixels());
    const conv = (name: string, x: Stream<'bipolar' | 'int'>, filters: number, value = -1) =>
      binaryConv2d(name, x, { filters, kernel: 3, pad: { size: 1, value }, weights });
    const r = affine('g_bn0', conv('g_conv0', pixels, 32, 0), { format, weights });
    const inner = batchNormSign('g_t1', conv('g_c1', batchNormSign('g_s1', r, { weights }), 8), { weights });
    const sum = add('g_add', r, affine('g_bn2', conv('g_c2', inner, 32), { format, weights }));
    return decide('g_class', binaryDense('g_fc', batchNormSign('g_s2', sum, { weights }), { units: 2, weights }), {
      classes: 2,
    });
  });
  return buildDataflow(typecheck(graph), {
    board: kc705,
    clockMhz: 200,
    fps: 1,
    pins: {
      g_pixels: { pixels: 1 },
      g_conv0: { pe: 8, simd: 2, pixels: 1 },
      g_bn0: { pe: 1, pixels: 1 },
      g_c1: { pe: 4, simd: 16, pixels: 1 },
      g_c2: { pe: 2, simd: 4, pixels: 8 },
      g_bn2: { pe: 1, pixels: 1 },
      g_fc: { pe: 1, simd: 2 },
    },
  });
}

export const residualSpecimens = (): StreamDesign[] => [residual()];
