// SPDX-License-Identifier: Apache-2.0
import { bitsOf } from '../../ir/types.ts';
import type { LayerLowering } from '../../layer-kind/layer-kind.ts';
import { sumsOf } from '../threshold/kind.ts';

export const lowering: LayerLowering = {
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
