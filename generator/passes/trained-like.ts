/**
 * Synthetic 8-bit weights with the distribution of trained and pruned ones: a Laplace distribution whose twelvefold mean magnitude is the
 * greatest weight, of which the largest magnitudes are kept. SqueezeNet's real pruned layers, brought to 8 bits, have 4.3 to 6.6 bits
 * of entropy a weight that is left and a greatest weight of 9 to 20 standard deviations; this has 5.8 bits and 8.5.
 */
import type { Random } from '../layers/layer-kind.ts';

const slots = 2 ** 16;
const meanMagnitudes = 12;

/** The weight at each of 2^16 equally likely places of the distribution; zeros first. */
function quantiles(most: number, density: number): Int8Array {
  const scale = Math.max(1, most / meanMagnitudes);
  return Int8Array.from({ length: slots }, (_, slot) => {
    // P(|w| > m) = exp(−m / scale); every magnitude has a positive and a negative place.
    const beyond = 1 - (Math.floor(slot / 2) + 0.5) / (slots / 2);
    if (beyond > density) return 0;
    const magnitude = Math.min(most, Math.round(-scale * Math.log(beyond)));
    return slot % 2 === 0 ? magnitude : -magnitude;
  });
}

/** @param most greatest magnitude, up to 127 · @param density share that pruning left, 0..1; rounding makes a few of them 0 too */
export function trainedLike(count: number, most: number, density: number, random: Random): Int8Array {
  const table = quantiles(most, density);
  const weights = new Int8Array(count);
  for (let i = 0; i < count; i++) weights[i] = table[Math.floor(random() * slots)]!;
  return weights;
}
