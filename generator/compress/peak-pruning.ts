// SPDX-License-Identifier: Apache-2.0
/**
 * Peak pruning ([Sparse-AlexNet], docs/papers.md). Weights that were pruned at ±t and trained again have a gap there
 * and a peak on either side of it; the peak holds many weights that do little. The threshold moves to where it stands.
 */
import { densityOf, maskAbove, standardDeviation } from '../tensor/magnitude.ts';
import type { Masks, Pruned, PruningStep, Trainable } from './reversed-pruning.ts';

export interface Histogram {
  /** Magnitude where bin 0 starts, and what each bin spans. */
  readonly from: number;
  readonly step: number;
  readonly counts: Uint32Array;
}

const peakBins = 64;

/** Magnitudes of the weights that are not 0, in `bins` equal steps from the smallest to the greatest. */
export function magnitudes(weights: Float32Array, bins: number): Histogram {
  let [from, to] = [Infinity, 0];
  for (const w of weights) {
    if (w === 0) continue;
    from = Math.min(from, Math.abs(w));
    to = Math.max(to, Math.abs(w));
  }
  const counts = new Uint32Array(bins);
  if (from > to) return { from: 0, step: 0, counts };
  const step = (to - from) / bins;
  for (const w of weights)
    if (w !== 0) counts[step === 0 ? 0 : Math.min(bins - 1, Math.floor((Math.abs(w) - from) / step))]!++;
  return { from, step, counts };
}

/**
 * Magnitude where the fullest bin starts; the first of equals. Where magnitudes only fall off, that is the smallest
 * one: nothing is pruned.
 */
export function peakThreshold({ from, step, counts }: Histogram): number {
  return from + step * counts.indexOf(Math.max(...counts));
}

/** What stays of weights pruned before (0 where they were). */
export function peakMask(weights: Float32Array, bins = peakBins): Uint8Array {
  return maskAbove(
    weights,
    peakThreshold(magnitudes(weights, bins)),
    Uint8Array.from(weights, (w) => (w === 0 ? 0 : 1)),
  );
}

/**
 * Layers from the last to the first: each threshold to its peak, train again, keep it while the loss allows. Masks that
 * change nothing are no step.
 */
export async function peakLayers<S>(model: Trainable<S>, pruned: Pruned<S>, limit: number): Promise<Pruned<S>> {
  let { state, masks } = pruned;
  const steps: PruningStep[] = [];
  for (const layer of [...model.layers].reverse().filter((name) => masks[name])) {
    const weights = model.weights(state, layer);
    const mask = peakMask(weights);
    if (densityOf(mask) === densityOf(masks[layer]!)) continue;
    const tried: Masks = { ...masks, [layer]: mask };
    const trained = await model.retrain(state, tried);
    const loss = await model.loss(trained);
    const kept = loss <= limit;
    steps.push({
      layer,
      threshold: peakThreshold(magnitudes(weights, peakBins)) / standardDeviation(weights),
      density: densityOf(mask),
      loss,
      kept,
    });
    if (kept) [state, masks] = [trained, tried];
  }
  return { state, masks, steps };
}
