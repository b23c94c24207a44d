// SPDX-License-Identifier: Apache-2.0
import type { TypedNode } from '../../ir/graph.ts';
import { countBits, lutRamLuts } from '../../hardware/fabric.ts';
import type { LayerCost } from '../../layer-kind/layer-kind.ts';
import { divisors } from '../../hardware/divisors.ts';

/** The most pixels of a beat that nn_pool takes at once: whole windows side by side, or single pixels. */
function pixelsAtOnce(node: TypedNode, arriving: number): number {
  const size = node.attributes['size'] as number;
  const { width } = node.inputTypes[0]!;
  return divisors(arriving).findLast((pixels) => width % pixels === 0 && pixels % size === 0) ?? 1;
}

/** nn_pool: takes the stream as it comes, one beat a clock. */
export const cost: LayerCost = {
  inputBeat: ({ nodes }, { lanes, pixels }) => ({ lanes, pixels: pixelsAtOnce(nodes[0]!, pixels) }),
  outputBeat: ({ nodes }, { lanes, pixels }) => ({
    lanes,
    pixels: pixels === 1 ? 1 : pixels / (nodes[0]!.attributes['size'] as number),
  }),
  lanes: () => 0,
  cycles({ nodes }, { lanes, pixels }) {
    const { height, width, channels } = nodes[0]!.inputTypes[0]!;
    return (height * width * channels) / (lanes * pixels);
  },
  rowFlow({ nodes }) {
    const { size } = nodes[0]!.attributes as { size: number };
    return { needed: (outputRows) => outputRows * size, step: size, held: 0 };
  },
  /**
   * A row of partial results in LUT-RAM, counters, and a skid. Fitted to Yosys at nine points (4 to 64 lanes, 1 to 64
   * beats a
   * pixel); within 8 % but for 64 lanes in two beats, which take a quarter more.
   */
  estimate(engine, input) {
    const [node] = engine.nodes as [TypedNode];
    const { height, width, channels } = node.inputTypes[0]!;
    const output = cost.outputBeat(engine, input);
    const lanes = output.lanes * output.pixels;
    const beats = channels / output.lanes;
    const depth = (node.type.width * beats) / output.pixels;
    const ram = lutRamLuts(lanes, depth);
    const place = countBits(height) + countBits(width);
    // Several banks of LUT-RAM are read through a multiplexer; a table of which channels are minima grows with the
    // beats.
    const banks = depth > 64 ? lanes + 20 : 0;
    const minima = beats > 8 ? lanes : 0;
    // The FIFO behind holds a row of results.
    const fifo = depth > 2 ? ram + 8 + 3 * countBits(depth) : 0;
    return {
      lut: fifo + ram + 22 + 5 * place + 2 * lanes + 6 * countBits(beats) + banks + minima,
      lutRam: depth > 2 ? 2 * ram : ram,
      ff: 2 * lanes + 3 * place + 8 + 4 * countBits(beats) + (beats > 1 ? 8 : 0),
      bram36: 0,
      uram: 0,
      dsp: 0,
    };
  },
};
