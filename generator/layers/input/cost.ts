import type { LayerCost } from '../layer-kind.ts';
import { divisors } from '../../map/divisors.ts';

/** nn_ingress: one beat a clock, whole pixels, as many as the rate needs. */
export const cost: LayerCost = {
  foldAxes: ({ type }) => ({ pe: [1], simd: [1], pixels: divisors(type.width) }),
  inputBeat: ({ nodes, fold }) => ({ lanes: nodes[0]!.type.channels, pixels: fold.pixels }),
  outputBeat: (_engine, input) => input,
  lanes: () => 0,
  cycles: ({ nodes, fold }) => (nodes[0]!.type.height * nodes[0]!.type.width) / fold.pixels,
  estimate({ nodes, fold }) {
    const bits = 8 * nodes[0]!.type.channels * fold.pixels;
    return { lut: 40 + bits, lutRam: 0, ff: 40 + 2 * bits, bram36: 0, uram: 0, dsp: 0 };
  },
};
