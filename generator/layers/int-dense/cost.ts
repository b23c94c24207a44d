// SPDX-License-Identifier: Apache-2.0
import { bitsOf, elementCount } from '../../ir/types.ts';
import { divisors } from '../../hardware/divisors.ts';
import { countBits, lutRamLuts } from '../../hardware/fabric.ts';
import { blockRomCost } from '../../hardware/block-rom.ts';
import type { Engine, LayerCost } from '../../layer-kind/layer-kind.ts';

/** Weights in block RAM or in logic, whichever is cheaper at the design's price. */
export function weightStyle({ nodes, fold, lutPerBram }: Engine): {
  style: 'block' | 'distributed';
  lut: number;
  bram36: number;
} {
  const depth = nodes[0]!.parameters['weights']!.data.length / fold.pe;
  const width = 8 * fold.pe;
  const inLuts = width * Math.ceil(depth / 64);
  const { lut, bram36 } = blockRomCost(width, depth);
  return depth > 1 && lut + lutPerBram * bram36 < inLuts
    ? { style: 'block', lut, bram36 }
    : { style: 'distributed', lut: inLuts, bram36: 0 };
}

/** nn_int_dense: one input a beat, PE units at once, a multiplier each. */
export const cost: LayerCost = {
  foldAxes: ({ type }) => ({ pe: divisors(type.channels), simd: [1], pixels: [1] }),
  inputBeat: () => ({ lanes: 1, pixels: 1 }),
  outputBeat: ({ fold }) => ({ lanes: fold.pe, pixels: 1 }),
  lanes: ({ fold }) => fold.pe,
  cycles: ({ nodes, fold }) => elementCount(nodes[0]!.inputTypes[0]!) * (nodes[0]!.type.channels / fold.pe),
  rowFlow({ nodes }) {
    const { height } = nodes[0]!.inputTypes[0]!;
    return { needed: () => height, step: height, held: 0 };
  },
  /** A multiplier, an adder and its sums in LUT-RAM a lane; weights; counters; a landing FIFO. An estimate. */
  estimate(engine) {
    const [node] = engine.nodes;
    const { pe } = engine.fold;
    const bits = bitsOf(node!.type.element);
    const folds = node!.type.channels / pe;
    const sums = lutRamLuts(pe * bits, folds);
    const landing = lutRamLuts(pe * bits, 8);
    const weights = weightStyle(engine);
    const place = countBits(elementCount(node!.inputTypes[0]!) * folds);
    return {
      lut: Math.round(sums + landing + pe * 2.5 * bits + weights.lut + 8 * place + 60),
      lutRam: sums + landing,
      ff: pe * (3 * bits + 24) + 4 * place + 60,
      bram36: weights.bram36,
      uram: 0,
      dsp: pe,
    };
  },
};
