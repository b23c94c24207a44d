// SPDX-License-Identifier: Apache-2.0
/** Filter pruning inside residual blocks: the stream between blocks keeps its shape. */
import type { Block, ConvNorm, Norm, ResidualNet } from './residual-net.ts';

/** How much a filter counts: the sum of its weights' magnitudes, or the magnitude of its batch-norm's scale. */
export const importances = ['l1', 'bn-scale'] as const;
export type Importance = (typeof importances)[number];

/** One figure a filter. */
export function importanceOf({ weights, filters, norm }: ConvNorm, by: Importance): Float64Array {
  if (by === 'bn-scale') return Float64Array.from(norm.gamma, Math.abs);
  const sums = new Float64Array(filters);
  weights.forEach((w, i) => (sums[i % filters]! += Math.abs(w)));
  return sums;
}

/** The `count` most important filters, in their order; of equals the first. */
export function mostImportant(importance: ArrayLike<number>, count: number): number[] {
  const order = Array.from(importance, (value, filter) => ({ value, filter })).sort(
    (a, b) => b.value - a.value || a.filter - b.filter,
  );
  return order
    .slice(0, count)
    .map(({ filter }) => filter)
    .sort((a, b) => a - b);
}

function pick(values: Float32Array, kept: readonly number[]): Float32Array {
  return Float32Array.from(kept, (i) => values[i]!);
}

/** The convolution with some of its filters. */
function keepFilters(conv: ConvNorm, kept: readonly number[]): ConvNorm {
  const rows = conv.weights.length / conv.filters;
  const weights = Float32Array.from(
    { length: rows * kept.length },
    (_, i) => conv.weights[Math.floor(i / kept.length) * conv.filters + kept[i % kept.length]!]!,
  );
  const { gamma, beta, mean, variance } = conv.norm;
  const norm: Norm = {
    gamma: pick(gamma, kept),
    beta: pick(beta, kept),
    mean: pick(mean, kept),
    variance: pick(variance, kept),
  };
  return { ...conv, filters: kept.length, weights, norm };
}

/** The convolution behind it, without the channels that no longer come. */
function keepInputs(conv: ConvNorm, kept: readonly number[]): ConvNorm {
  const taps = conv.kernel * conv.kernel;
  const rows = Array.from({ length: taps }, (_, tap) => kept.map((input) => tap * conv.inputs + input)).flat();
  const weights = Float32Array.from(
    { length: rows.length * conv.filters },
    (_, i) => conv.weights[rows[Math.floor(i / conv.filters)]! * conv.filters + (i % conv.filters)]!,
  );
  return { ...conv, inputs: kept.length, weights };
}

/** Filters that are left of so many at a rate; one at least. */
export function widthAt(filters: number, rate: number): number {
  return Math.max(1, Math.round(filters * (1 - rate)));
}

function pruneBlock(block: Block, rate: number, by: Importance): Block {
  const kept = mostImportant(importanceOf(block.c1, by), widthAt(block.c1.filters, rate));
  return { ...block, c1: keepFilters(block.c1, kept), c2: keepInputs(block.c2, kept) };
}

/** @param rates share of the filters inside a block that go, 0..1, by block name; those not named stay */
export function prune(net: ResidualNet, rates: Readonly<Record<string, number>>, by: Importance): ResidualNet {
  return {
    ...net,
    blocks: net.blocks.map((block) => (rates[block.name] ? pruneBlock(block, rates[block.name]!, by) : block)),
  };
}

/** One rate a stage as a rate for each of its blocks; a stage begins where the stream's shape changes. */
export function ratesByStage(net: ResidualNet, rates: readonly number[]): Record<string, number> {
  let stage = -1;
  return Object.fromEntries(
    net.blocks.map(({ name, projection }, i) => {
      if (i === 0 || projection) stage += 1;
      return [name, rates[stage] ?? 0];
    }),
  );
}
