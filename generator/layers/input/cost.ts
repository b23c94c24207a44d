import { countBits } from '../../map/fabric.ts';
import type { LayerCost } from '../layer-kind.ts';

/** nn_ingress: one beat a clock, a whole pixel each. */
export const cost: LayerCost = {
  inputLanes: ({ nodes }) => nodes[0]!.type.channels,
  outputLanes: ({ nodes }) => nodes[0]!.type.channels,
  lanes: () => 0,
  cycles: ({ nodes, fold }) => (nodes[0]!.type.height * nodes[0]!.type.width) / fold.pixels,
  // A skid, and a counter of beats with its compare.
  estimate({ nodes, fold }) {
    const { height, width, channels } = nodes[0]!.type;
    const bits = 8 * channels * fold.pixels;
    const counter = countBits((height * width) / fold.pixels);
    return { lut: Math.round(bits + 2.6 * counter + 10), lutRam: 0, ff: 2 * bits + counter + 9, bram36: 0, uram: 0, dsp: 0 };
  },
};
