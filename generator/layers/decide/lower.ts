// SPDX-License-Identifier: Apache-2.0
import { bitsOf, elementCount, isSigned } from '../../ir/types.ts';
import { beatBits, type HardwareStream } from '../../hardware/hardware.ts';
import type { LayerLowering } from '../../layer-kind/layer-kind.ts';

export const lowering: LayerLowering = {
  lower({ name, nodes }, input, output) {
    const { classes, rule } = nodes[0]!.attributes as { classes: number; rule: string };
    const { element } = nodes[0]!.inputTypes[0]!;
    const words: HardwareStream = { ...output, name: `${name}__words` };
    return [
      {
        module: 'nn_decide',
        instance: `u_${name}`,
        comment: `${classes} scores, then the class (${rule})`,
        parameters: {
          CHANNELS: elementCount(nodes[0]!.inputTypes[0]!),
          CLASSES: classes,
          SCORE_W: bitsOf(element),
          SIGNED_SCORE: isSigned(element) ? 1 : 0,
          RULE: rule,
        },
        input,
        output: words,
        images: [],
      },
      {
        // The egress waits for the end of the frame's input; a decision that stood still until then could keep that
        // input from ever being taken.
        module: 'nn_fifo',
        instance: `u_${name}__room`,
        comment: 'room for a whole result, which may be ready before the frame has ended',
        parameters: { DATA_W: beatBits(words), DEPTH: classes + 1 },
        input: words,
        output,
        images: [],
      },
    ];
  },
};
