// SPDX-License-Identifier: Apache-2.0
import { bitsOf, isSigned } from '../../ir/types.ts';
import { byChannel, hexFields, hexWord, type MemoryImage } from '../../hardware/hardware.ts';
import type { LayerLowering } from '../../layer-kind/layer-kind.ts';
import { sumsOf, thresholdBits } from './kind.ts';

export const lowering: LayerLowering = {
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
