// SPDX-License-Identifier: Apache-2.0
import { countBits } from '../../hardware/fabric.ts';
import type { LayerCost, LayerLowering, DataflowLayer } from '../../architectures/dataflow/layer/layer.ts';
import { divisors } from '../../hardware/divisors.ts';

/** nn_ingress: one beat a clock, whole pixels, as many as the rate needs. */
const cost: LayerCost = {
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

/** The top's ingress is the input's hardware; no further cell. */
const lowering: LayerLowering = { lower: () => [] };

export const dataflow: DataflowLayer = { cost, lowering };
