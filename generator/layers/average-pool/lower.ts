// SPDX-License-Identifier: Apache-2.0
import { bitsOf, isSigned } from '../../ir/types.ts';
import { beatBits, type Cell, type HardwareStream } from '../../hardware/hardware.ts';
import type { LayerLowering } from '../../layer-kind/layer-kind.ts';
import { burstOf } from './cost.ts';
import { windowOf } from './kind.ts';

export const lowering: LayerLowering = {
  lower({ name, nodes }, input, output) {
    const [node] = nodes;
    const { height, width, channels, element } = node!.inputTypes[0]!;
    const { rows, columns } = windowOf(node!, node!.inputTypes[0]!);
    const averaged: HardwareStream = { ...output, name: `${name}__burst` };
    const room: Cell = {
      module: 'nn_fifo',
      instance: `u_${name}__room`,
      comment: 'room for a row of results, which come in a burst',
      parameters: { DATA_W: beatBits(output), DEPTH: burstOf(node!, output.lanes) },
      input: averaged,
      output,
      images: [],
    };
    return [
      {
        module: 'nn_average',
        instance: `u_${name}`,
        comment: `sums of ${rows}x${columns} pixels`,
        parameters: {
          HEIGHT: height,
          WIDTH: width,
          CHANNELS: channels,
          LANES: input.lanes,
          ROWS: rows,
          COLS: columns,
          IN_W: bitsOf(element),
          SIGNED_IN: isSigned(element) ? 1 : 0,
          OUT_W: bitsOf(node!.type.element),
        },
        input,
        output: averaged,
        images: [],
      },
      room,
    ];
  },
};
