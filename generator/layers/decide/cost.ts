import { bitsOf, elementCount } from '../../ir/types.ts';
import type { LayerCost } from '../layer-kind.ts';

/** nn_decide: one score a clock, then the class; nn_fifo with room for them. */
export const cost: LayerCost = {
  inputBeat: () => ({ lanes: 1, pixels: 1 }),
  outputBeat: () => ({ lanes: 1, pixels: 1 }),
  lanes: () => 0,
  cycles: ({ nodes }) => elementCount(nodes[0]!.inputTypes[0]!) + 1,
  estimate({ nodes }) {
    const bits = bitsOf(nodes[0]!.inputTypes[0]!.element);
    const room = Math.ceil((32 * Math.ceil(nodes[0]!.type.channels / 32)) / 1.5);
    return { lut: 80 + 3 * bits + room, lutRam: room, ff: 105 + 2 * bits, bram36: 0, uram: 0, dsp: 0 };
  },
};
