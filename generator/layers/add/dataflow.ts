// SPDX-License-Identifier: Apache-2.0
import { bitsOf, elementCount } from '../../ir/types.ts';
import { lutRamLuts } from '../../hardware/fabric.ts';
import type { LayerCost, LayerLowering, DataflowLayer } from '../../architectures/dataflow/layer/layer.ts';
import { sumsOf } from '../threshold/kind.ts';

/** nn_add: takes both streams in the beats of the longer way, a beat of each a clock. */
const cost: LayerCost = {
  inputBeat: (_engine, arriving) => arriving,
  outputBeat: (_engine, input) => input,
  lanes: () => 0,
  cycles: ({ nodes }, { lanes, pixels }) => elementCount(nodes[0]!.type) / (lanes * pixels),
  /** An adder and two stages of saturation an element, a landing FIFO. An estimate. */
  estimate({ nodes }, { lanes, pixels }) {
    const bits = lanes * pixels * bitsOf(nodes[0]!.type.element);
    const landing = lutRamLuts(bits, 7);
    return { lut: 2 * bits + landing + 40, lutRam: landing, ff: 5 * bits + 30, bram36: 0, uram: 0, dsp: 0 };
  },
};

const lowering: LayerLowering = {
  joins: true,
  lower({ name, nodes }, input, output, shortcut) {
    const { min, max } = sumsOf(nodes[0]!.type);
    return [
      {
        module: 'nn_add',
        instance: `u_${name}`,
        comment: `sum of two streams, into ${min}..${max}`,
        parameters: {
          ELEMENTS: input.lanes * input.pixels,
          ELEM_W: bitsOf(nodes[0]!.type.element),
          MIN: min,
          MAX: max,
        },
        input,
        shortcut: shortcut!,
        output,
        images: [],
      },
    ];
  },
};

export const dataflow: DataflowLayer = { cost, lowering };
