/** From a float network to the start of a binarised one: real weights that train behind their signs. */
import type { ConvNorm, ResidualNet } from './residual-net.ts';

/** Weights centred and scaled to about ±½ per filter; batch-norms start anew, for their sums are others. */
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
 * The same shapes with symmetric padding, as the integer network has it; shifts at 0. A second branch that starts at half
 * the stream's size keeps the sums of deep networks in their format.
 */
export function binarised(net: ResidualNet): ResidualNet {
  const symmetric = (conv: ConvNorm): ConvNorm => latent({ ...conv, pad: [conv.kernel >> 1, conv.kernel >> 1] });
  return {
    ...net,
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
