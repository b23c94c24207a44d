// SPDX-License-Identifier: Apache-2.0
import { bitsOf } from '../../ir/types.ts';
import { hexFields } from '../../hardware/hardware.ts';
import type { LayerLowering } from '../../layer-kind/layer-kind.ts';

export const lowering: LayerLowering = {
  lower({ name, nodes }, input, output) {
    const bits = bitsOf(nodes[0]!.type.element);
    const table = nodes[0]!.attributes['values'] as readonly number[];
    const stands = (pixel: number, bit: number) => ({ of: `${name}'s table`, at: { pixel, bit } });
    const words = table.map((v) => hexFields([v], bits));
    const image = { file: `${name}_table.mem`, width: bits, words, usedBits: 256 * bits, stands };
    return [
      {
        module: 'nn_quantise',
        instance: `u_${name}`,
        comment: `pixel table, ${bits} bit${bits > 1 ? 's' : ''} out`,
        parameters: { LANES: input.lanes, IN_W: 8, OUT_W: bits, PIXELS: input.pixels, INIT_FILE: image.file },
        input,
        output,
        images: [image],
      },
    ];
  },
};
