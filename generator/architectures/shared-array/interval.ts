// SPDX-License-Identifier: Apache-2.0
/**
 * Clocks between frames: the layers one after the other, or what lies between a frame's place being free and the next
 * frame
 * being there, or between a result and the next one. Where the greatest is the input's, pixels that wait for results
 * are in it.
 */
import type { LayerPlan, SharedPlan } from './plan.ts';

/**
 * Clocks in which words of pixels arrive at the banks where nothing is in their way; the first clock is that of the
 * first beat.
 */
function frameClocks(plan: SharedPlan): number[] {
  const { input } = plan;
  const beats = frameBeats(plan);
  const words = input.pixels > 0 ? input.groups : beats;
  // A word of a vector comes with the beat that fills it.
  return Array.from({ length: words }, (_, word) => Math.min(beats, (word + 1) * Math.max(1, input.pixels)) - 1);
}

/** Clocks that a frame takes to come in: a pixel each, or a word of its planes. */
function frameBeats({ input, graph }: SharedPlan): number {
  const { height, width } = graph.before.at(-1)!.type;
  return height * width * (input.planes ? input.groups : 1);
}

/** Clocks in which words of a layer's results leave its last step, counted from its first one. */
function resultClocks(
  { rows, columns, pool, passes, steps, split, dense, work, units }: LayerPlan,
  group: number,
): number[] {
  const clocks: number[] = [];
  let clock = 0;
  for (let pixel = 0; pixel < (dense ? 1 : rows * columns); pixel++)
    for (let pass = 0; pass < passes; pass++) {
      clock += dense ? work / passes : (steps - (split ? pass % 2 : 0)) * pool ** 2;
      if ((pass + 1) % (group / units) === 0 || pass === passes - 1) clocks.push(clock - 1);
    }
  return clocks;
}

/** Clocks from a free place to the first word at its bank (nn_shared_load). */
const loadLatency = 3;

/** Clocks in which pixels of the next frame wait while a result is written. */
function waits(plan: SharedPlan, gap: number, freed: number): number {
  const taken = new Set<number>();
  let start = gap - loadLatency;
  for (const layer of plan.layers.slice(freed + 1)) {
    if (layer.output) for (const clock of resultClocks(layer, plan.shape.group)) taken.add(start + clock);
    start += layer.work + gap;
  }
  let waited = 0;
  for (const clock of frameClocks(plan)) while (taken.has(clock + waited)) waited += 1;
  return waited;
}

/** @param gap clocks from a layer's last step to the next one's first @param results elements of a frame's result */
export function arrayInterval(plan: SharedPlan, gap: number, results: number): number {
  const turns = plan.layers.map(({ work }) => work + gap);
  const sum = (of: readonly number[]) => of.reduce((a, b) => a + b, 0);
  const freed = plan.layers.findLastIndex(({ layer }) => layer.input === plan.layers[0]!.layer.input);
  const input = sum(turns.slice(0, freed + 1)) + frameBeats(plan);
  const result = turns.at(-1)! + results - 2;
  const layers = Math.max(sum(turns), result);
  return input > layers ? input + waits(plan, gap, freed) : layers;
}
