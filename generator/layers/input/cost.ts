// SPDX-License-Identifier: Apache-2.0
import { countBits } from '../../hardware/fabric.ts';
import type { LayerCost } from '../../layer-kind/layer-kind.ts';
import { divisors } from '../../hardware/divisors.ts';

/** nn_ingress: one beat a clock, whole pixels, as many as the rate needs. */
export const cost: LayerCost = {
  foldAxes: ({ type }) => ({ pe: [1], simd: [1], pixels: divisors(type.width) }),
  inputBeat: ({ nodes, fold }) => ({ lanes: nodes[0]!.type.channels, pixels: fold.pixels }),
  outputBeat: (_engine, input) => input,
  lanes: () => 0,
  cycles: ({ nodes, fold }) => (nodes[0]!.type.height * nodes[0]!.type.width) / fold.pixels,
  // A skid, and a counter of beats with its compare.
  estimate({ nodes, fold }) {
    const { height, width, channels } = nodes[0]!.type;
    const bits = 8 * channels * fold.pixels;
    const counter = countBits((height * width) / fold.pixels);
    return {
      lut: Math.round(bits + 2.6 * counter + 10),
      lutRam: 0,
      ff: 2 * bits + counter + 9,
      bram36: 0,
      uram: 0,
      dsp: 0,
    };
  },
};
