// SPDX-License-Identifier: Apache-2.0
import type { TypedNode } from '../../ir/graph.ts';
import { bitsOf, isSigned } from '../../ir/types.ts';
import { countBits, lutRamLuts } from '../../hardware/fabric.ts';
import { type BeatShape, type Cell, type HardwareStream, beatBits } from '../../hardware/hardware.ts';
import type { LayerCost, LayerLowering, DataflowLayer } from '../../architectures/dataflow/layer/layer.ts';
import { windowOf } from './kind.ts';

/** Results that come one behind the other, at the end of a row of windows: beats. */
function burstOf({ type }: Pick<TypedNode, 'type'>, lanes: number): number {
  return (type.width * type.channels) / lanes;
}

/** nn_average: one pixel a beat, one beat a clock. */
const cost: LayerCost = {
  /** As many channels of one pixel as arrive of several, where that divides. */
  inputBeat({ nodes }, { lanes, pixels }): BeatShape {
    return { lanes: nodes[0]!.type.channels % (lanes * pixels) === 0 ? lanes * pixels : lanes, pixels: 1 };
  },
  outputBeat: (_engine, input) => input,
  lanes: () => 0,
  cycles({ nodes }, { lanes }) {
    const { height, width, channels } = nodes[0]!.inputTypes[0]!;
    return (height * width * channels) / lanes;
  },
  rowFlow({ nodes }) {
    const { rows } = windowOf(nodes[0]!, nodes[0]!.inputTypes[0]!);
    return { needed: (outputRows) => outputRows * rows, step: rows, held: 0 };
  },
  /** Sums in LUT-RAM with their adders, counters, two FIFOs. An estimate. */
  estimate({ nodes }, { lanes }) {
    const [node] = nodes;
    const { height, width } = node!.inputTypes[0]!;
    const bits = bitsOf(node!.type.element);
    const words = burstOf(node!, lanes);
    const sums = lutRamLuts(lanes * bits, words);
    // The landing FIFO, and room for a burst.
    const landing = lutRamLuts(lanes * bits, 6) + lutRamLuts(lanes * bits, words) + 8 + 3 * countBits(words);
    const place = countBits(height) + countBits(width) + countBits(words);
    return {
      lut: sums + landing + 2 * lanes * bits + 5 * place + 50,
      lutRam: sums + landing,
      ff: lanes * (4 * bits) + 4 * place + 40,
      bram36: 0,
      uram: 0,
      dsp: 0,
    };
  },
};

const lowering: LayerLowering = {
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

export const dataflow: DataflowLayer = { cost, lowering };
