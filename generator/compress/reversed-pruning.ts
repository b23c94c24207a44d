// SPDX-License-Identifier: Apache-2.0
/**
 * Reversed pruning ([Sparse-AlexNet], docs/papers.md): from the last layer to the first, as much of each as the network
 * can lose. Late layers have most parameters and disturb nothing behind them; pruned first, they leave the features of
 * early layers alone.
 */
import { densityOf, maskAbove, standardDeviation } from '../tensor/magnitude.ts';

export type Masks = Readonly<Record<string, Uint8Array>>;

/** A network that can be trained; `S` is all that training changes. */
export interface Trainable<S> {
  /** In the network's order. */
  readonly layers: readonly string[];
  weights(state: S, layer: string): Float32Array;
  /** Weights outside the masks become 0 and stay so; the others are trained again. */
  retrain(state: S, masks: Masks): Promise<S>;
  /** On data that training does not see; more is worse. */
  loss(state: S): Promise<number>;
}

export interface PruningOptions {
  /** Loss that pruning may add to that of the network as it was; each layer its part, by its share of the weights. */
  readonly allowedLoss: number;
  /** Thresholds to try, in standard deviations of the layer's weights, rising. */
  readonly thresholds: readonly number[];
  /** Last layer first, unless said otherwise. */
  readonly order?: 'reversed' | 'forward';
}

export interface PruningStep {
  readonly layer: string;
  /** In standard deviations of the layer's weights as they were when its turn came. */
  readonly threshold: number;
  readonly density: number;
  readonly loss: number;
  /** Kept; otherwise the layer went back to the step before, and the next one had its turn. */
  readonly kept: boolean;
}

export interface Pruned<S> {
  readonly state: S;
  readonly masks: Masks;
  readonly steps: readonly PruningStep[];
}

/**
 * Layer by layer: raise the threshold, train again, keep it while the loss allows; masks of layers that had their turn
 * stay.
 */
export async function pruneLayers<S>(
  model: Trainable<S>,
  start: S,
  { allowedLoss, thresholds, order = 'reversed' }: PruningOptions,
): Promise<Pruned<S>> {
  const sizeOf = (layer: string) => model.weights(start, layer).length;
  const weights = model.layers.reduce((sum, layer) => sum + sizeOf(layer), 0);
  let [state, masks, loss]: [S, Masks, number] = [start, {}, await model.loss(start)];
  const steps: PruningStep[] = [];
  for (const layer of order === 'reversed' ? [...model.layers].reverse() : model.layers) {
    const limit = loss + (allowedLoss * sizeOf(layer)) / weights;
    const deviation = standardDeviation(model.weights(state, layer));
    for (const threshold of thresholds) {
      const mask = maskAbove(model.weights(state, layer), threshold * deviation, masks[layer]);
      const tried: Masks = { ...masks, [layer]: mask };
      const trained = await model.retrain(state, tried);
      const found = await model.loss(trained);
      const kept = found <= limit;
      steps.push({ layer, threshold, density: densityOf(mask), loss: found, kept });
      if (!kept) break;
      [state, masks, loss] = [trained, tried, found];
    }
  }
  return { state, masks, steps };
}
