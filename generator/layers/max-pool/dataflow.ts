// SPDX-License-Identifier: Apache-2.0
import type { TypedNode } from '../../ir/graph.ts';
import { countBits, lutRamLuts } from '../../hardware/fabric.ts';
import type { LayerCost, LayerLowering, DataflowLayer } from '../../architectures/dataflow/layer/layer.ts';
import { divisors } from '../../hardware/divisors.ts';
import { type Cell, type HardwareStream, beatBits, byChannel, hexWord } from '../../hardware/hardware.ts';
import { poolShape } from './kind.ts';

/** The most pixels of a beat that nn_pool takes at once: whole windows side by side, or single pixels. */
function pixelsAtOnce(node: TypedNode, arriving: number): number {
  const size = node.attributes['size'] as number;
  const { width } = node.inputTypes[0]!;
  return divisors(arriving).findLast((pixels) => width % pixels === 0 && pixels % size === 0) ?? 1;
}

/** nn_pool: takes the stream as it comes, one beat a clock. */
const cost: LayerCost = {
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

const lowering: LayerLowering = {
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

export const dataflow: DataflowLayer = { cost, lowering };
