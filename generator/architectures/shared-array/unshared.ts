// SPDX-License-Identifier: Apache-2.0
/**
 * What sharing is measured against: one datapath a type of layer, of the same cells, working one after the other. Their
 * sizes
 * are those of the fewest taps in all whose frame takes no longer than the shared array's.
 */
import { BitloomError } from '../../errors/errors.ts';
import type { TypedGraph } from '../../ir/graph.ts';
import { divisors } from '../../hardware/divisors.ts';
import type { Placement } from '../../stream-top/placement.ts';
import { datapaths, groupSizes, type ArrayShape, type Datapath } from './array-shape.ts';
import { planShared } from './plan.ts';
import { gapClocks } from './table.ts';

/** Steps of a frame on each datapath, were all of so many units. */
export function stepsByDatapath(graph: TypedGraph, shape: ArrayShape): Readonly<Record<Datapath, number>> {
  const steps = { pixels: 0, windows: 0, points: 0 };
  for (const { datapath, work } of planShared(graph, shape).layers) steps[datapath] += work;
  return steps;
}

/**
 * NN006 for a network without kernels of 3×3 pixels' bits: they are the most work, and what the others' memories suit.
 */
export function sizeUnshared(graph: TypedGraph, { engines }: Placement, split: boolean): ArrayShape {
  const { turns, cells, cycles } = engines.find((engine) => engine.turns)!;
  const { parameters } = cells[0]!;
  const stage = { valueBits: parameters['VALUE_W'] as number, clamps: parameters['CLAMPS'] === 1 };
  let best: { readonly shape: ArrayShape; readonly taps: number; readonly steps: number } | undefined;
  for (const group of groupSizes) {
    const limit = cycles - turns!.length * gapClocks({ group }, stage);
    const sizes = divisors(group);
    const steps = new Map(sizes.map((units) => [units, stepsByDatapath(graph, { units, group, split })]));
    const used = datapaths.filter((datapath) => steps.get(1)![datapath] > 0);
    const sizesOf = (datapath: Datapath, most: number) =>
      used.includes(datapath) ? sizes.filter((units) => units <= most) : [0];
    for (const windows of used.includes('windows') ? sizes : [])
      for (const pixels of sizesOf('pixels', windows))
        for (const points of sizesOf('points', windows)) {
          const own = { pixels, windows, points };
          const taken = used.reduce((sum, datapath) => sum + steps.get(own[datapath])![datapath], 0);
          const taps = 9 * group * (pixels + windows + points);
          if (taken <= limit && (!best || taps < best.taps || (taps === best.taps && taken < best.steps)))
            best = { shape: { units: windows, own, group, split }, taps, steps: taken };
        }
  }
  if (!best)
    throw new BitloomError([
      {
        code: 'NN006',
        where: graph.name,
        got: 'no datapaths of the sizes on offer that are as fast as the array',
        fix: 'a smaller array by --units and --taps, or a network with 3×3 kernels',
      },
    ]);
  return best.shape;
}
