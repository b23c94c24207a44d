// SPDX-License-Identifier: Apache-2.0
import { elementCount } from '../../ir/types.ts';
import { lutRamLuts } from '../../hardware/fabric.ts';
import type { LayerCost } from '../../layer-kind/layer-kind.ts';
import { sumsOf, thresholdBits } from './kind.ts';

/** nn_compare: takes the stream as it comes. Inside the engine before it a threshold costs what that engine says. */
export const cost: LayerCost = {
  inputBeat: (_engine, arriving) => arriving,
  outputBeat: (_engine, input) => input,
  lanes: () => 0,
  cycles: ({ nodes }, { lanes, pixels }) => elementCount(nodes[0]!.type) / (lanes * pixels),
  /** A compare an element, thresholds in logic, a landing FIFO. An estimate. */
  estimate({ nodes }, { lanes, pixels }) {
    const [node] = nodes;
    const bits = thresholdBits(sumsOf(node!.inputTypes[0]!));
    const elements = lanes * pixels;
    const folds = node!.type.channels / lanes;
    const landing = lutRamLuts(elements, 6);
    return {
      lut: Math.round(
        0.55 * elements * bits + (folds > 1 ? (lanes * bits * Math.max(1, folds / 64)) / 2 : 0) + landing + 40,
      ),
      lutRam: landing,
      ff: 2 * elements * bits + 2 * lanes * bits + elements + 30,
      bram36: 0,
      uram: 0,
      dsp: 0,
    };
  },
};
