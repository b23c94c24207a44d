// SPDX-License-Identifier: Apache-2.0
/** The layers that run on a datapath of their own. */
import type { Datapath } from './array-shape.ts';
import { deepest, type SharedPlan } from './plan.ts';

/** What a datapath of its own has to do. */
export function ownPlan(plan: SharedPlan, datapath: Datapath): SharedPlan {
  const layers = plan.layers.filter((layer) => layer.datapath === datapath);
  const depths = layers.map(({ firstWeight, weightWords, firstParam, passes }) => ({
    weight: firstWeight + weightWords,
    param: firstParam + passes,
  }));
  return { ...plan, shape: { ...plan.shape, units: plan.shape.own![datapath] }, layers, ...deepest(depths) };
}
