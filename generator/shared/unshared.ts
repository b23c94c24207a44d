/**
 * What sharing is measured against: one datapath a type of layer, of the same cells, working one after the other. Their sizes
 * are those of the fewest units in all whose frame takes no longer than the shared array's.
 */
import type { LayerPlan, SharedPlan } from './plan.ts';

export type Datapath = 'pixels' | 'windows' | 'points';
export const datapaths: readonly Datapath[] = ['pixels', 'windows', 'points'];

export interface Unshared {
  /** Units of each datapath, as wide as the shared array's. */
  readonly units: Readonly<Record<Datapath, number>>;
  /** Steps of a frame, all datapaths one after the other. */
  readonly steps: number;
}

const datapathOf = ({ planes, point }: LayerPlan): Datapath => (planes ? 'pixels' : point ? 'points' : 'windows');

/** Steps of a layer with so many units, split as the shared array splits it. */
function stepsWith(plan: LayerPlan, units: number): number {
  const passes = Math.ceil(plan.layer.array.type.channels / units);
  const steps = passes * plan.steps - (plan.split ? Math.floor(passes / 2) : 0);
  return plan.rows * plan.columns * plan.pool ** 2 * steps;
}

/** Steps of a frame on each datapath, by its units. */
export function stepsOfDatapath({ layers }: SharedPlan, datapath: Datapath, units: number): number {
  return layers.filter((plan) => datapathOf(plan) === datapath).reduce((sum, plan) => sum + stepsWith(plan, units), 0);
}

/** The fewest units in all; of equals the fastest. Datapaths that no layer needs have none. */
export function sizeUnshared(plan: SharedPlan): Unshared {
  const limit = plan.layers.reduce((sum, { work }) => sum + work, 0);
  const used = datapaths.filter((datapath) => plan.layers.some((layer) => datapathOf(layer) === datapath));
  // Beyond a pass a layer nothing is gained.
  const most = Math.max(...plan.layers.map(({ layer }) => layer.array.type.channels));
  const sizes = Array.from({ length: most }, (_, i) => i + 1);
  const steps = new Map(used.map((datapath) => [datapath, sizes.map((units) => stepsOfDatapath(plan, datapath, units))]));
  let best: { units: number[]; steps: number; total: number } | undefined;
  const search = (at: number, units: readonly number[], sum: number) => {
    const total = units.reduce((a, b) => a + b, 0);
    if (sum > limit || (best && total > best.total)) return;
    if (at === used.length) {
      if (!best || total < best.total || (total === best.total && sum < best.steps)) best = { units: [...units], steps: sum, total };
      return;
    }
    for (const size of sizes) search(at + 1, [...units, size], sum + steps.get(used[at]!)![size - 1]!);
  };
  search(0, [], 0);
  const unitsOf = (datapath: Datapath) => (used.includes(datapath) ? best!.units[used.indexOf(datapath)]! : 0);
  return { units: { pixels: unitsOf('pixels'), windows: unitsOf('windows'), points: unitsOf('points') }, steps: best!.steps };
}
