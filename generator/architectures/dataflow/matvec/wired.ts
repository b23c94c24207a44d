// SPDX-License-Identifier: Apache-2.0
/** Kernel reuse: a convolution and its threshold with wired weights, one group of windows a clock. */
import type { TypedNode } from '../../../ir/graph.ts';
import { bitsOf } from '../../../ir/types.ts';
import { divisors } from '../../../hardware/divisors.ts';
import { countBits, lutRamLuts } from '../../../hardware/fabric.ts';
import { beatBits, hexFields, type BeatShape, type Cell, type HardwareStream } from '../../../hardware/hardware.ts';
import { render } from '../../../templates/render.ts';
import { kernelsOf, wiredKernelCost } from './wired-kernels.ts';
import type { Cost } from '../../../hardware/cost.ts';
import type { Engine, Fold } from '../../../stream-top/engine.ts';
import type { RowFlow } from '../layer/layer.ts';
import { convEngine } from '../layer/engine.ts';

/** Clocks from a step of nn_wired_slide to its windows. */
const slideLatency = 3;
/** More windows at once than this many take a copy of the logic each, and pay never. */
const mostPixels = 4;
/** Beyond a bank of LUT-RAM, the consumer's own line buffer has to do. */
const mostRoom = 16;

/** As nn_wired_slide steps through a frame. */
interface Slide {
  /** Steps a row, and a frame. */
  readonly groups: number;
  readonly steps: number;
  /** Columns of pixels in the window's registers. */
  readonly columns: number;
  /**
   * Groups of windows that gather while no windows come, at row ends and frame ends, for a consumer that takes as long.
   */
  readonly room: number;
}

function slideOf(node: TypedNode, pixels: number): Slide {
  const { height, width, kernel, padSize } = convEngine(node);
  const before = kernel - 1 - padSize;
  const late = (pixels - (before % pixels)) % pixels;
  const groups = (width + padSize + late) / pixels;
  const steps = (height + padSize) * groups;
  const results = (node.type.height * node.type.width) / pixels;
  const room = Math.min(mostRoom, Math.ceil(results * (1 - results / steps)));
  return { groups, steps, columns: pixels + kernel - 1 + late, room };
}

/** What nn_wired_slide can do: stride 1, groups of windows that rows divide into, and a little width. */
function slides(node: TypedNode, pixels: number): boolean {
  const { width, outWidth, kernel, stride, padSize } = convEngine(node);
  const divides = width % pixels === 0 && outWidth % pixels === 0 && Number.isInteger(slideOf(node, pixels).groups);
  return (
    stride === 1 &&
    divides &&
    (padSize === 0 || padSize < kernel - 1) &&
    (kernel === 1 || slideOf(node, pixels).groups >= 3)
  );
}

export const wiredCost = {
  /** Convolutions with a threshold behind them; a dense layer has one window a frame, which never pays. */
  wiredFolds([node, compare]: readonly TypedNode[]): readonly Fold[] {
    if (!compare || node!.attributes['kernel'] === undefined) return [];
    const { channels, filters, outWidth } = convEngine(node!);
    return divisors(outWidth)
      .filter((pixels) => pixels <= mostPixels && slides(node!, pixels))
      .map((pixels) => ({ form: 'wired', pe: filters, simd: channels, pixels }));
  },

  inputBeat: ({ fold }: Engine): BeatShape => ({ lanes: fold.simd, pixels: fold.pixels }),
  outputBeat: ({ fold }: Engine): BeatShape => ({ lanes: fold.pe, pixels: fold.pixels }),
  lanes: ({ nodes, fold }: Engine) =>
    fold.pe * fold.simd * convEngine(nodes[0]!).kernel ** 2 * fold.pixels * bitsOf(nodes[0]!.inputTypes[0]!.element),
  cycles: ({ nodes, fold }: Engine) => slideOf(nodes[0]!, fold.pixels).steps,

  /** The last row's padding, and the rows of padding below it, are stepped through without input. */
  pause({ nodes, fold }: Engine): number {
    const { height, width } = convEngine(nodes[0]!);
    const { groups, steps } = slideOf(nodes[0]!, fold.pixels);
    return steps - (height - 1) * groups - width / fold.pixels;
  },

  /** Windows leave as the last pixel of each comes in; nothing is held beyond them. */
  rowFlow({ nodes }: Engine): RowFlow {
    const { height, kernel, padSize } = convEngine(nodes[0]!);
    return { needed: (outputRows) => Math.min(height, outputRows - 1 - padSize + kernel), step: 1, held: 0 };
  },

  /**
   * The logic of one window a clock (wired-kernels.ts), a copy for each window at once; the sliding window and the
   * landing. An estimate.
   */
  estimate({ nodes, fold, primitives }: Engine): Cost {
    const [node, compare] = nodes as [TypedNode, TypedNode];
    const { channels, filters, kernel, padSize, width } = convEngine(node);
    const { pixels } = fold;
    const inputBits = bitsOf(node.inputTypes[0]!.element);
    const core = wiredKernelCost(node, compare, primitives);
    const pixelBits = channels * inputBits;
    const { columns, room } = slideOf(node, pixels);
    const rows = kernel > 1 ? lutRamLuts((kernel - 1) * pixels * pixelBits, width / pixels) : 0;
    const padding = padSize > 0 ? kernel * pixels * pixelBits : 0;
    const places = slideLatency + core.latency + 3 + room;
    const landing = lutRamLuts(filters * pixels, places) + 30;
    return {
      lut: Math.round(pixels * core.lut + rows + padding + landing + 40 + 6 * countBits(width)),
      lutRam: rows + lutRamLuts(filters * pixels, places),
      ff: Math.round(pixels * core.ff + (columns * kernel + 2 * (kernel + 1) * pixels) * pixelBits + 80),
      bram36: 0,
      uram: 0,
      dsp: 0,
    };
  },
};

/** The engine's Verilog: the sliding window, and a copy of the logic for each window at once. */
function engineText(
  { name, nodes: [node], fold: { pixels } }: Engine,
  names: { readonly module: string; readonly comment: string },
  coreLatency: number,
  streams: { readonly input: HardwareStream; readonly output: HardwareStream },
): string {
  const { height, width, channels, filters, kernel, padSize, padValue } = convEngine(node!);
  const { element } = node!.inputTypes[0]!;
  const elementBits = bitsOf(element);
  const taps = kernel * kernel * channels;
  const windowBits = taps * elementBits;
  const core = `${name}_wired`;
  const resultWidth = beatBits(streams.output);
  const pad = element.type === 'bipolar' ? Number(padValue > 0) : padValue;
  return render('wired/engine.v.hbs', {
    comment: `${name}: ${names.comment}`,
    module: names.module,
    taps,
    filters,
    channels,
    height,
    width,
    kernel,
    core,
    pixels,
    pad: padSize,
    padValue: `${elementBits}'h${hexFields([pad], elementBits)}`,
    elementBits,
    style: 'distributed',
    inMsb: beatBits(streams.input) - 1,
    outMsb: resultWidth - 1,
    windowsMsb: pixels * windowBits - 1,
    cores: Array.from({ length: pixels }, (_, p) => ({
      module: core,
      instance: `u_core_${p}`,
      windowBits,
      resultBits: filters,
      fromWindow: p * windowBits,
      fromResult: p * filters,
    })),
    resultWidth,
    coreLatency,
    latency: slideLatency + coreLatency,
    room: slideOf(node!, pixels).room,
  });
}

export function lowerWired(engine: Engine, input: HardwareStream, output: HardwareStream): Cell[] {
  const { name, nodes, fold, primitives } = engine;
  const [node, compare] = nodes as [TypedNode, TypedNode];
  const { height, width, channels, filters, kernel, padSize } = convEngine(node);
  const comment =
    `${filters} filters ${kernel}x${kernel} on ${height}x${width}x${channels}, pad ${padSize}; wired, ` +
    `${fold.pixels} pixel(s)`;
  const module = `${name}_engine`;
  return [
    {
      module,
      instance: `u_${name}`,
      comment,
      parameters: {},
      input,
      output,
      images: [],
      busySignal: 'issue',
      operationsPerClock: () => fold.pixels * kernelsOf(node, compare).operations,
      modules() {
        const kernels = kernelsOf(node, compare);
        const files = kernels.files({ prefix: name, origin: `${name}: ${comment}`, style: primitives ?? 'portable' });
        const text = engineText(engine, { module, comment }, kernels.latency, { input, output });
        return new Map([...files.map(({ path, text: core }): [string, string] => [path, core]), [`${module}.v`, text]]);
      },
    },
  ];
}
