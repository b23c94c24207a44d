// SPDX-License-Identifier: Apache-2.0
import { bitsOf, elementCount, isSigned } from '../../ir/types.ts';
import { countBits, lutRamLuts } from '../../hardware/fabric.ts';
import type { LayerCost, LayerLowering, DataflowLayer } from '../../architectures/dataflow/layer/layer.ts';
import { type HardwareStream, beatBits } from '../../hardware/hardware.ts';

/** nn_decide: one score a clock, then the class; nn_fifo with room for them. */
const cost: LayerCost = {
  inputBeat: () => ({ lanes: 1, pixels: 1 }),
  outputBeat: () => ({ lanes: 1, pixels: 1 }),
  lanes: () => 0,
  cycles: ({ nodes }) => elementCount(nodes[0]!.inputTypes[0]!) + 1,
  /**
   * Four cells, fitted to Yosys: nn_decide, nn_fifo for its words, nn_egress, and nn_fifo for the frames' status bits.
   */
  estimate({ nodes }) {
    const bits = bitsOf(nodes[0]!.inputTypes[0]!.element);
    const score = countBits(elementCount(nodes[0]!.inputTypes[0]!));
    const words = (nodes[0]!.attributes['classes'] as number) + 1;
    const place = countBits(words);
    const room = lutRamLuts(32, words);
    const status = { lut: 45, lutRam: 4, ff: 22 };
    return {
      lut: Math.round(38 + 4.5 * score + 0.6 * bits + (room + 14 + 4 * place) + (38 + 2.6 * place) + status.lut),
      lutRam: room + status.lutRam,
      ff: 72 + bits + 2 * score + 4 * place + (70 + place) + status.ff,
      bram36: 0,
      uram: 0,
      dsp: 0,
    };
  },
};

const lowering: LayerLowering = {
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

export const dataflow: DataflowLayer = { cost, lowering };
