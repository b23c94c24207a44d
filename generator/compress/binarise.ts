// SPDX-License-Identifier: Apache-2.0
/** From a float network to the start of a binarised one: real weights that train behind their signs. */
import type { ConvNorm, ResidualNet } from './residual-net.ts';

/** Weights scaled per filter to ±½ on average; batch-norms start anew, for their sums are others. */
function latent(conv: ConvNorm): ConvNorm {
  const { filters, weights } = conv;
  const rows = weights.length / filters;
  const magnitude = new Float64Array(filters);
  weights.forEach((w, i) => (magnitude[i % filters]! += Math.abs(w) / rows));
  const scaled = weights.map((w, i) => Math.max(-1, Math.min(1, w / (2 * (magnitude[i % filters]! || 1)))));
  const of = (value: number) => new Float32Array(filters).fill(value);
  return { ...conv, weights: scaled, norm: { gamma: of(1), beta: of(0), mean: of(0), variance: of(1) } };
}

/**
 * Twice the deviation of a sum of a term before the blocks and one of each, all of deviation 1; to the next power of
 * two.
 */
function reachOf(blocks: number): number {
  return 2 ** Math.ceil(Math.log2(2 * Math.sqrt(1 + blocks)));
}

/** The same shapes with symmetric padding, as the integer network has it; shifts at 0. */
export function binarised(net: ResidualNet): ResidualNet {
  const symmetric = (conv: ConvNorm): ConvNorm => latent({ ...conv, pad: [conv.kernel >> 1, conv.kernel >> 1] });
  return {
    ...net,
    reach: reachOf(net.blocks.length),
    stem: symmetric(net.stem),
    blocks: net.blocks.map((block) => ({
      ...block,
      c1: symmetric(block.c1),
      c2: symmetric(block.c2),
      ...(block.projection ? { projection: symmetric(block.projection) } : {}),
      shift: new Float32Array(block.c1.inputs),
    })),
  };
}
