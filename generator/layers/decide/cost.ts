import { bitsOf, elementCount } from '../../ir/types.ts';
import type { LayerCost } from '../layer-kind.ts';

/** nn_decide: one score a clock, then the class. */
export const cost: LayerCost = {
  inputLanes: () => 1,
  outputLanes: () => 1,
  lanes: () => 0,
  cycles: ({ nodes }) => elementCount(nodes[0]!.inputTypes[0]!) + 1,
  estimate({ nodes }) {
    const bits = bitsOf(nodes[0]!.inputTypes[0]!.element);
    return { lut: 60 + 3 * bits, lutRam: 0, ff: 90 + 2 * bits, bram36: 0, uram: 0, dsp: 0 };
  },
};
