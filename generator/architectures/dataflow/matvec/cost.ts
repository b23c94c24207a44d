// SPDX-License-Identifier: Apache-2.0
/** Cost of the engine of convolution and dense layers, in the form that its folding asks for. */
import type { Engine } from '../../../stream-top/engine.ts';
import type { LayerCost } from '../layer/layer.ts';
import { earlyCost } from '../early/cost.ts';
import { foldedCost } from './folded-cost.ts';
import { wiredCost } from './wired.ts';

const costs = { wired: wiredCost, early: earlyCost, folded: foldedCost };
const costOf = ({ fold }: Engine) => costs[fold.form ?? 'folded'];

export const matvecCost: LayerCost = {
  foldAxes: foldedCost.foldAxes,
  wiredFolds: wiredCost.wiredFolds,
  inputBeat: (engine) => costOf(engine).inputBeat(engine),
  outputBeat: (engine) => costOf(engine).outputBeat(engine),
  lanes: (engine) => costOf(engine).lanes(engine),
  cycles: (engine) => costOf(engine).cycles(engine),
  cyclesAtMost: (engine) => (engine.fold.form === 'early' ? earlyCost.cyclesAtMost(engine) : 0),
  pause: (engine) => (engine.fold.form === 'wired' ? wiredCost.pause(engine) : 0),
  estimate: (engine) => costOf(engine).estimate(engine),
  rowFlow: (engine) => costOf(engine).rowFlow(engine),
};
