/** Folding, cycles and estimate of nn_conv, the engine of convolution and dense layers. */
import type { TypedNode } from '../../ir/graph.ts';
import { bitsOf } from '../../ir/types.ts';
import type { BeatShape } from '../../map/hardware.ts';
import type { Cost, Engine } from '../layer-kind.ts';
import { blockRomCost } from '../../synth/block-rom.ts';
import { divisors } from '../../map/divisors.ts';
import { convEngine, popcountStyle, type MemoryStyle } from './engine.ts';

export const matvecCost = {
  foldAxes(node: TypedNode) {
    const { filters, channels, stride, outWidth } = convEngine(node);
    // Neighbouring windows come from as many banks of the ring, which works at stride 1.
    return { pe: divisors(filters), simd: divisors(channels), pixels: stride === 1 ? divisors(outWidth) : [1] };
  },

  inputBeat: ({ nodes, fold }: Engine): BeatShape => ({ lanes: fold.simd, pixels: convEngine(nodes[0]!, fold).inPixels }),
  outputBeat: ({ fold }: Engine): BeatShape => ({ lanes: fold.pe, pixels: fold.pixels }),

  lanes: ({ nodes, fold }: Engine) => fold.pe * fold.simd * fold.pixels * bitsOf(nodes[0]!.inputTypes[0]!.element),

  /** The slower of reading windows (OH·OW/M·NF·SF) and writing the ring (H·W·C/SIMD/IN_PIXELS). */
  cycles({ nodes, fold }: Engine) {
    const { readClocks, writeClocks } = convEngine(nodes[0]!, fold);
    return Math.max(readClocks, writeClocks);
  },

  /**
   * Fitted to Yosys over the cells of cnv, binarynet and mnist (docs/estimates.md); an estimate, not a measurement.
   * A dot product of N bipolar taps takes 1.34 N LUTs, 0.83 N in primitives, and its accumulator and compare about 2.5 a sum bit; one of N signed
   * taps an adder a tap.
   */
  estimate({ nodes, fold, primitives }: Engine): Cost {
    const node = nodes[0]!;
    const shape = convEngine(node, fold);
    const inputBits = bitsOf(node.inputTypes[0]!.element);
    const sumBits = bitsOf(node.type.element);
    const { pe, simd, pixels } = fold;
    const inPrimitives = popcountStyle(inputBits, simd, primitives) === 'xilinx';
    const perTap = inPrimitives ? 0.83 : 1.34;
    const dot = inputBits === 1 ? perTap * simd + 5 : simd * (inputBits + 2);
    const rom = weightMemory(shape.weightStyle, pe * simd, shape.weightDepth);
    const ring = ringMemory(shape.bufferStyle, simd * inputBits, shape.bufferDepth, pixels);
    const thresholds = nodes.length > 1 ? Math.ceil((pe * sumBits * Math.ceil(shape.filters / pe)) / 48) : 0;
    const turning = simd * inputBits * pixels * (pixels > 1 || shape.padSize > 0 ? 1 : 0);
    return {
      lut: Math.round(pe * pixels * (dot + 2.5 * sumBits) + 170 + 6 * pixels + thresholds + turning + rom.lut + ring.lut),
      lutRam: ring.lut,
      ff: Math.round(pe * pixels * (dot + 3 * sumBits) + 3 * simd * inputBits * pixels + pe * simd + 200),
      bram36: rom.bram36 + ring.bram36,
      uram: 0,
      dsp: 0,
    };
  },
};

/** Weights: the shape model of synthesis where they lie in block RAM, half a bit per LUT bit where they are logic. */
function weightMemory(style: MemoryStyle, width: number, depth: number): { lut: number; bram36: number } {
  return style === 'block' ? blockRomCost(width, depth) : { lut: Math.ceil((width * depth) / 40), bram36: 0 };
}

/** The ring's banks: simple dual-port block RAM, or RAM32M (6 bits × 32 words in 4 LUTs). */
function ringMemory(style: MemoryStyle, width: number, depth: number, banks: number): { lut: number; bram36: number } {
  if (style === 'block') return { lut: 0, bram36: banks * blockRomCost(width, depth).bram36 };
  return { lut: banks * 4 * Math.ceil(width / 6) * Math.ceil(depth / 32), bram36: 0 };
}
