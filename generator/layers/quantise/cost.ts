import { bitsOf } from '../../ir/types.ts';
import type { LayerCost } from '../layer-kind.ts';

/** nn_quantise: one table of 256 words per channel, one pixel a clock. */
export const cost: LayerCost = {
  inputLanes: ({ nodes }) => nodes[0]!.type.channels,
  outputLanes: ({ nodes }) => nodes[0]!.type.channels,
  lanes: () => 0,
  cycles: ({ nodes, fold }) => (nodes[0]!.type.height * nodes[0]!.type.width) / fold.pixels,
  // A skid, and the table's logic before it.
  estimate({ nodes, fold }) {
    const outputBits = bitsOf(nodes[0]!.type.element);
    const elements = nodes[0]!.type.channels * fold.pixels;
    const bits = outputBits * elements;
    const logic = Array.from({ length: outputBits }, (_, bit) => tableLuts(nodes[0]!.attributes['values'] as readonly number[], bit));
    return { lut: bits + 4 + elements * logic.reduce((a, b) => a + b, 0), lutRam: 0, ff: 2 * bits + 2, bram36: 0, uram: 0, dsp: 0 };
  },
};

/** LUTs of one bit of a 256-entry table: up to four inputs go into the LUT of the skid behind, eight take four and MUXF7/8. */
function tableLuts(values: readonly number[], bit: number): number {
  const at = (pixel: number) => Math.floor(values[pixel]! / 2 ** bit) & 1;
  const inputs = [...Array(8).keys()].filter((input) => values.some((_, pixel) => at(pixel) !== at(pixel ^ (1 << input)))).length;
  return inputs <= 4 ? 0 : 2 ** Math.max(0, inputs - 6);
}
