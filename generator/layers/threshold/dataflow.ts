// SPDX-License-Identifier: Apache-2.0
import { bitsOf, elementCount, isSigned } from '../../ir/types.ts';
import { lutRamLuts } from '../../hardware/fabric.ts';
import type { LayerCost, LayerLowering, DataflowLayer } from '../../architectures/dataflow/layer/layer.ts';
import { sumsOf, thresholdBits } from './kind.ts';
import { type MemoryImage, byChannel, hexFields, hexWord } from '../../hardware/hardware.ts';

/** nn_compare: takes the stream as it comes. Inside the engine before it a threshold costs what that engine says. */
const cost: LayerCost = {
  inputBeat: (_engine, arriving) => arriving,
  outputBeat: (_engine, input) => input,
  lanes: () => 0,
  cycles: ({ nodes }, { lanes, pixels }) => elementCount(nodes[0]!.type) / (lanes * pixels),
  /** A compare an element, thresholds in logic, a landing FIFO. An estimate. */
  estimate({ nodes }, { lanes, pixels }) {
    const [node] = nodes;
    const bits = thresholdBits(sumsOf(node!.inputTypes[0]!));
    const elements = lanes * pixels;
    const folds = node!.type.channels / lanes;
    const landing = lutRamLuts(elements, 6);
    return {
      lut: Math.round(
        0.55 * elements * bits + (folds > 1 ? (lanes * bits * Math.max(1, folds / 64)) / 2 : 0) + landing + 40,
      ),
      lutRam: landing,
      ff: 2 * elements * bits + 2 * lanes * bits + elements + 30,
      bram36: 0,
      uram: 0,
      dsp: 0,
    };
  },
};

const lowering: LayerLowering = {
  isEpilogue: true,
  /** On a stream of its own; elsewhere the engine that absorbs it lowers it. x ≤ θ is not x ≥ θ + 1. */
  lower({ name, nodes }, input, output) {
    const [node] = nodes;
    const element = sumsOf(node!.inputTypes[0]!);
    const mirrored = node!.parameters['mirrored']!.data;
    const thresholds = node!.parameters['theta']!.data.map((theta, c) => theta + mirrored[c]!);
    const bits = thresholdBits(element);
    const { channels } = node!.type;
    const image = (part: string, bits: number, word: (first: number) => string): MemoryImage => ({
      file: `${name}_${part}.mem`,
      width: input.lanes * bits,
      usedBits: channels * bits,
      stands: byChannel(`${name}'s ${part}`, input.lanes, bits),
      words: Array.from({ length: channels / input.lanes }, (_, fold) => word(fold * input.lanes)),
    });
    const fields = (first: number) => hexFields(thresholds.subarray(first, first + input.lanes), bits);
    const images = [image('thresholds', bits, fields)];
    if (mirrored.includes(1))
      images.push(image('flips', 1, (first) => hexWord(input.lanes, (bit) => mirrored[first + bit]!)));
    return [
      {
        module: 'nn_compare',
        instance: `u_${name}`,
        comment: 'a threshold per channel',
        parameters: {
          CHANNELS: channels,
          LANES: input.lanes,
          PIXELS: input.pixels,
          IN_W: bitsOf(element),
          TH_W: bits,
          SIGNED_IN: isSigned(element) ? 1 : 0,
          THRESHOLD_FILE: images[0]!.file,
          FLIP_FILE: images[1]?.file ?? '',
        },
        input,
        output,
        images,
      },
    ];
  },
};

export const dataflow: DataflowLayer = { cost, lowering };
