// SPDX-License-Identifier: Apache-2.0
import { beatBits, byChannel, hexWord, type Cell, type HardwareStream } from '../../hardware/hardware.ts';
import type { LayerLowering } from '../../layer-kind/layer-kind.ts';
import { poolShape } from './kind.ts';

export const lowering: LayerLowering = {
  unsupported(node) {
    const { size, stride, rounding } = poolShape(node);
    if (node.type.element.type !== 'bipolar')
      return {
        got: 'a max-pool of integers',
        fix: 'follow it by a threshold or batch-norm: the pool then runs on bits',
      };
    if (size !== stride)
      return { got: `overlapping windows (size ${size}, stride ${stride})`, fix: 'make the stride equal the size' };
    if (rounding)
      return { got: 'windows beyond the edge (rounding ceil)', fix: 'drop the rows and columns that fill no window' };
    return undefined;
  },
  decidesEarly: (node) => node.type.element.type === 'bipolar' && node.attributes['size'] === node.attributes['stride'],
  lower({ name, nodes }, input, output) {
    const { height, width, channels } = nodes[0]!.inputTypes[0]!;
    const minimum = nodes[0]!.parameters['minimum']!.data;
    const size = nodes[0]!.attributes['size'] as number;
    const words: string[] = [];
    for (let c = 0; c < channels; c += input.lanes) words.push(hexWord(input.lanes, (bit) => minimum[c + bit]!));
    const stands = byChannel(`${name}'s channels whose pool is an AND`, input.lanes, 1);
    const image = { file: `${name}_and.mem`, width: input.lanes, words, usedBits: channels, stands };
    // A row of results comes in one burst, the next one SIZE rows later: a slower consumer gets on with it meanwhile.
    const row = (nodes[0]!.type.width * channels) / (output.lanes * output.pixels);
    const pooled: HardwareStream = row > 2 ? { ...output, name: `${name}__burst` } : output;
    const room: Cell = {
      module: 'nn_fifo',
      instance: `u_${name}__room`,
      comment: 'room for a row of results, which come in a burst',
      parameters: { DATA_W: beatBits(output), DEPTH: row },
      input: pooled,
      output,
      images: [],
    };
    return [
      {
        module: 'nn_pool',
        instance: `u_${name}`,
        comment: `${size}x${size} max-pool: OR of bits, AND on mirrored channels`,
        parameters: {
          HEIGHT: height,
          WIDTH: width,
          CHANNELS: channels,
          LANES: input.lanes,
          SIZE: size,
          PIXELS: input.pixels,
          AND_FILE: image.file,
        },
        input,
        output: pooled,
        images: [image],
      },
      ...(pooled === output ? [] : [room]),
    ];
  },
};
