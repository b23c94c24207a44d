// SPDX-License-Identifier: Apache-2.0
/** What convolution and dense layers answer about early decision. */
import type { Engine } from '../../../stream-top/engine.ts';
import type { LayerEarly } from '../layer/layer.ts';
import { channelOrder, balanceLanes } from './channel-orders.ts';
import { earlyFolds, earlyLayer, earlyPlan } from './engine.ts';
import { asInput, calibrated, mapsOf } from './expectation.ts';
import { bothEarly, denseTiles } from './layer.ts';
import { sumOf, walker } from './walk.ts';

const isEarly = ({ fold }: Engine) => fold.form === 'early';

export const matvecEarly: LayerEarly = {
  folds: earlyFolds,
  orders(engine) {
    const found = isEarly(engine) ? calibrated(engine) : undefined;
    return found && { inverted: found.inverted, visits: found.visits };
  },
  channelOrder(engine) {
    const { calibration, fold, nodes } = engine;
    if (!isEarly(engine) || !calibration) return undefined;
    const layer = earlyLayer(nodes);
    // Pixels of a dense layer's map have no order of their own, nor has a tile of all channels.
    const free = nodes[0]!.inputTypes[0]!.channels === layer.channels && fold.simd < layer.channels;
    return free ? channelOrder(layer, fold.simd, mapsOf(engine, calibration), calibration.tiles) : undefined;
  },
  filterOrder(engine, wanted, group) {
    const load = isEarly(engine) ? calibrated(engine)?.tiles : undefined;
    return load && balanceLanes(load, engine.fold.pe, group, wanted);
  },
  counter(engine) {
    const plan = earlyPlan(engine);
    const walk = walker(plan, bothEarly);
    const dense = denseTiles(plan.layer, plan.fold.simd);
    return (input) => ({ dense, executed: sumOf(walk(asInput(plan.layer, input)).tiles) });
  },
};
