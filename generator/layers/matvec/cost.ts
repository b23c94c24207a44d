/** Cost of the engine of convolution and dense layers, in the form that its folding asks for. */
import type { Engine, LayerCost } from '../layer-kind.ts';
import { foldedCost } from './folded-cost.ts';
import { wiredCost } from './wired.ts';

const costOf = ({ fold }: Engine) => (fold.form === 'wired' ? wiredCost : foldedCost);

export const matvecCost: LayerCost = {
  foldAxes: foldedCost.foldAxes,
  wiredFolds: wiredCost.wiredFolds,
  inputBeat: (engine) => costOf(engine).inputBeat(engine),
  outputBeat: (engine) => costOf(engine).outputBeat(engine),
  lanes: (engine) => costOf(engine).lanes(engine),
  cycles: (engine) => costOf(engine).cycles(engine),
  estimate: (engine) => costOf(engine).estimate(engine),
  rowFlow: (engine) => costOf(engine).rowFlow(engine),
};
