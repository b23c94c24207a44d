// SPDX-License-Identifier: Apache-2.0
import { bitsOf } from '../../ir/types.ts';
import type { LayerCost, LayerLowering, DataflowLayer } from '../../architectures/dataflow/layer/layer.ts';
import { hexFields } from '../../hardware/hardware.ts';

/** nn_quantise: one table of 256 words per channel and pixel, one beat a clock. */
const cost: LayerCost = {
  inputBeat: ({ nodes }, arriving) => ({ lanes: nodes[0]!.type.channels, pixels: arriving.pixels }),
  outputBeat: (_engine, input) => input,
  lanes: () => 0,
  cycles: ({ nodes }, { pixels }) => (nodes[0]!.type.height * nodes[0]!.type.width) / pixels,
  // A skid, and the table's logic before it.
  estimate({ nodes }, { lanes, pixels }) {
    const outputBits = bitsOf(nodes[0]!.type.element);
    const elements = lanes * pixels;
    const bits = outputBits * elements;
    const logic = Array.from({ length: outputBits }, (_, bit) =>
      tableLuts(nodes[0]!.attributes['values'] as readonly number[], bit),
    );
    return {
      lut: bits + 4 + elements * logic.reduce((a, b) => a + b, 0),
      lutRam: 0,
      ff: 2 * bits + 2,
      bram36: 0,
      uram: 0,
      dsp: 0,
    };
  },
};

/**
 * LUTs of one bit of a 256-entry table: none where up to four inputs go into the LUT of the skid behind, else the
 * distinct
 * functions that are left of it when two inputs are fixed, which MUXF7 and MUXF8 choose from; a mere input costs
 * nothing.
 */
function tableLuts(values: readonly number[], bit: number): number {
  const at = (pixel: number) => Math.floor(values[pixel]! / 2 ** bit) & 1;
  const inputsOf = (pixels: readonly number[], mask: number) =>
    [...Array(8).keys()].filter(
      (input) => !(mask & (1 << input)) && pixels.some((pixel) => at(pixel) !== at(pixel ^ (1 << input))),
    );
  const all = values.map((_, pixel) => pixel);
  const inputs = inputsOf(all, 0);
  if (inputs.length <= 6) return inputs.length <= 4 ? 0 : 1;
  const pairs = inputs.flatMap((a, i) => inputs.slice(i + 1).map((b) => (1 << a) | (1 << b)));
  return Math.min(
    ...pairs.map((pair) => {
      const left = new Set<string>();
      for (const fixed of new Set(all.map((pixel) => pixel & pair))) {
        const pixels = all.filter((pixel) => (pixel & pair) === fixed);
        if (inputsOf(pixels, pair).length > 1) left.add(pixels.map(at).join(''));
      }
      return left.size;
    }),
  );
}

const lowering: LayerLowering = {
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

export const dataflow: DataflowLayer = { cost, lowering };
