// SPDX-License-Identifier: Apache-2.0
import { bitsOf, elementCount, isSigned } from '../../ir/types.ts';
import { divisors } from '../../hardware/divisors.ts';
import { lutRamLuts } from '../../hardware/fabric.ts';
import type { LayerCost } from '../../layer-kind/layer-kind.ts';
import { factorBits, storedTerms } from './kind.ts';

/** Inputs of a DSP48's wider port. */
const multiplierBits = 25;

/**
 * nn_affine: a multiplier an element. Results that come in wide beats now and then are better worked on a part at a
 * time.
 */
export const cost: LayerCost = {
  foldAxes: ({ type }) => ({ pe: divisors(type.channels), simd: [1], pixels: divisors(type.width) }),
  inputBeat: ({ fold }) => ({ lanes: fold.pe, pixels: fold.pixels }),
  outputBeat: (_engine, input) => input,
  lanes: () => 0,
  cycles: ({ nodes }, { lanes, pixels }) => elementCount(nodes[0]!.type) / (lanes * pixels),
  /** Constants in logic, a DSP slice an element, two stages of saturation, a landing FIFO. An estimate. */
  estimate({ nodes }, { lanes, pixels }) {
    const [node] = nodes;
    const { element } = node!.inputTypes[0]!;
    const elements = lanes * pixels;
    const inputBits = bitsOf(element) + (isSigned(element) ? 0 : 1);
    const outputBits = bitsOf(node!.type.element);
    const word = factorBits + storedTerms(node!).bits;
    const folds = node!.type.channels / lanes;
    const landing = lutRamLuts(elements * outputBits, 9);
    return {
      lut: Math.round(
        elements * (2 * outputBits + 6) + (folds > 1 ? (lanes * word * Math.max(1, folds / 64)) / 2 : 0) + landing + 45,
      ),
      lutRam: landing,
      ff: Math.round(elements * (2 * inputBits + 2 * outputBits) + 2 * lanes * word + 40),
      bram36: 0,
      uram: 0,
      dsp: elements * Math.ceil(inputBits / multiplierBits),
    };
  },
};
