import { bitsOf } from '../../ir/types.ts';
import type { LayerCost } from '../layer-kind.ts';

/** nn_quantise: one table of 256 words per channel, one pixel a clock. */
export const cost: LayerCost = {
  inputLanes: ({ nodes }) => nodes[0]!.type.channels,
  outputLanes: ({ nodes }) => nodes[0]!.type.channels,
  lanes: () => 0,
  cycles: ({ nodes, fold }) => (nodes[0]!.type.height * nodes[0]!.type.width) / fold.pixels,
  estimate({ nodes }) {
    const bits = bitsOf(nodes[0]!.type.element) * nodes[0]!.type.channels;
    return { lut: bits * 5, lutRam: 0, ff: bits * 2 + 4, bram36: 0, uram: 0, dsp: 0 };
  },
};
