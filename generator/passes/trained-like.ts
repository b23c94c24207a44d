// SPDX-License-Identifier: Apache-2.0
/**
 * Synthetic 8-bit weights with the distribution of trained and pruned ones: a Laplace distribution whose twelvefold
 * mean magnitude is the
 * greatest weight, of which the largest magnitudes are kept. SqueezeNet's real pruned layers, brought to 8 bits, have
 * 4.3 to 6.6 bits
 * of entropy a weight that is left and a greatest weight of 9 to 20 standard deviations; this has 5.8 bits and 8.5.
 */
import { toFixedPoint } from '../tensor/fixed-point.ts';
import { masked, maskAbove } from '../tensor/magnitude.ts';
import type { Random } from '../layer-kind/layer-kind.ts';

const slots = 2 ** 16;
const meanMagnitudes = 12;

/**
 * Float weights at 2^16 equally likely places of the distribution, before pruning; every magnitude has a positive and a
 * negative place.
 */
function quantiles(scale: number): Float32Array {
  return Float32Array.from({ length: slots }, (_, slot) => {
    // P(|w| > m) = exp(−m / scale).
    const magnitude = -scale * Math.log(1 - (Math.floor(slot / 2) + 0.5) / (slots / 2));
    return slot % 2 === 0 ? magnitude : -magnitude;
  });
}

/** The places' 8-bit weights, pruned and rounded as `compress` does it with trained ones; zeros first. */
function prunedQuantiles(most: number, density: number): Int8Array {
  const scale = Math.max(1, most / meanMagnitudes);
  const floats = quantiles(scale);
  const left = masked(floats, maskAbove(floats, density === 0 ? Infinity : -scale * Math.log(density)));
  return Int8Array.from(left, (w) => toFixedPoint(w, 0, { min: -most, max: most }));
}

/**
 * @param most greatest magnitude, up to 127 ·
 * @param density share that pruning left, 0..1; rounding makes a few of them 0 too
 */
export function trainedLike(count: number, most: number, density: number, random: Random): Int8Array {
  const table = prunedQuantiles(most, density);
  const weights = new Int8Array(count);
  for (let i = 0; i < count; i++) weights[i] = table[Math.floor(random() * slots)]!;
  return weights;
}
