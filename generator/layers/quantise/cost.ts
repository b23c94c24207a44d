import { bitsOf } from '../../ir/types.ts';
import type { LayerCost } from '../layer-kind.ts';

/** nn_quantise: one table of 256 words per channel and pixel, one beat a clock. */
export const cost: LayerCost = {
  inputBeat: ({ nodes }, arriving) => ({ lanes: nodes[0]!.type.channels, pixels: arriving.pixels }),
  outputBeat: (_engine, input) => input,
  lanes: () => 0,
  cycles: ({ nodes }, { pixels }) => (nodes[0]!.type.height * nodes[0]!.type.width) / pixels,
  estimate({ nodes }, { lanes, pixels }) {
    const bits = bitsOf(nodes[0]!.type.element) * lanes * pixels;
    return { lut: bits * 5, lutRam: 0, ff: bits * 2 + 4, bram36: 0, uram: 0, dsp: 0 };
  },
};
