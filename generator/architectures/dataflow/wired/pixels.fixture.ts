// SPDX-License-Identifier: Apache-2.0
/** For tests: random first layers, and windows whose sums are the thresholds, and one less. */
import { randomFrom } from '../../../passes/random.ts';
import type { PixelWeights } from './pixels.ts';

/** Thresholds at the least and the greatest sum, beyond them, and where sums lie. */
export function randomPixels(taps: number, bits: number, filters: number): PixelWeights {
  const random = randomFrom(`${taps} ${bits} ${filters}`);
  const most = taps * 2 ** (bits - 1);
  const weights = Uint8Array.from({ length: taps * filters }, () => (random() < 0.5 ? 1 : 0));
  const thresholds = Array.from({ length: filters }, (_, k) => {
    const row = weights.subarray(k * taps, (k + 1) * taps);
    const least = -row.reduce((total, w) => total + 2 ** (bits - 1) - (w ? 0 : 1), 0);
    return [
      least,
      least + 1,
      most + 1,
      Math.round((random() - 0.5) * most),
      Math.round((random() - 0.5) * Math.sqrt(most)),
    ][k % 5]!;
  });
  return { taps, bits, weights, thresholds };
}

export const sumOf = ({ taps, weights }: PixelWeights, pixels: readonly number[], k: number) =>
  pixels.reduce((total, x, i) => total + (weights[k * taps + i] === 1 ? x : -x), 0);

/** Pixels moved one after the other until the sum is `target`; null where it is out of reach. */
function reaching(layer: PixelWeights, k: number, target: number, start: readonly number[]): number[] | null {
  const half = 2 ** (layer.bits - 1);
  const pixels = [...start];
  for (let i = 0; i < layer.taps; i++) {
    const sign = layer.weights[k * layer.taps + i] === 1 ? 1 : -1;
    const missing = target - sumOf(layer, pixels, k);
    pixels[i] = Math.max(-half, Math.min(half - 1, pixels[i]! + sign * missing));
  }
  return sumOf(layer, pixels, k) === target ? pixels : null;
}

/**
 * Random windows, the darkest and the brightest, and for every kernel one that meets its threshold and one that misses
 * it by one; and what is expected of them.
 */
export function stimuli(layer: PixelWeights, randoms: number): { windows: Uint8Array[]; outputs: Uint8Array[] } {
  const random = randomFrom('pixels');
  const anyPixels = () => Array.from({ length: layer.taps }, () => Math.floor((random() - 0.5) * 2 ** layer.bits));
  const windows = Array.from({ length: randoms }, anyPixels);
  const half = 2 ** (layer.bits - 1);
  windows.push(Array(layer.taps).fill(-half), Array(layer.taps).fill(half - 1));
  for (let k = 0; k < layer.thresholds.length; k++)
    for (const target of [layer.thresholds[k]!, layer.thresholds[k]! - 1]) {
      const window = reaching(layer, k, target, anyPixels());
      if (window) windows.push(window);
    }
  const outputs = windows.map((pixels) =>
    Uint8Array.from(layer.thresholds, (threshold, k) => (sumOf(layer, pixels, k) >= threshold ? 1 : 0)),
  );
  const bitsOf = (pixels: readonly number[]) =>
    Uint8Array.from(
      { length: layer.taps * layer.bits },
      (_, i) => (pixels[Math.floor(i / layer.bits)]! >> (i % layer.bits)) & 1,
    );
  return { windows: windows.map(bitsOf), outputs };
}
