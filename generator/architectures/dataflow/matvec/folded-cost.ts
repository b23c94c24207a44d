// SPDX-License-Identifier: Apache-2.0
/** Folding, cycles and estimate of nn_conv, the engine of convolution and dense layers. */
import type { TypedNode } from '../../../ir/graph.ts';
import { bitsOf } from '../../../ir/types.ts';
import type { BeatShape } from '../../../hardware/hardware.ts';
import type { Cost } from '../../../hardware/cost.ts';
import type { Engine } from '../../../stream-top/engine.ts';
import type { RowFlow } from '../layer/layer.ts';
import { divisors } from '../../../hardware/divisors.ts';
import { countBits } from '../../../hardware/fabric.ts';
import { convEngine, popcountStyle } from '../layer/engine.ts';
import { ringMemory, weightMemory } from './memories.ts';

export const foldedCost = {
  foldAxes(node: TypedNode) {
    const { filters, channels, stride, outWidth } = convEngine(node);
    // Neighbouring windows come from as many banks of the ring, which works at stride 1.
    return { pe: divisors(filters), simd: divisors(channels), pixels: stride === 1 ? divisors(outWidth) : [1] };
  },

  inputBeat: ({ nodes, fold }: Engine): BeatShape => ({
    lanes: fold.simd,
    pixels: convEngine(nodes[0]!, fold).inPixels,
  }),
  outputBeat: ({ fold }: Engine): BeatShape => ({ lanes: fold.pe, pixels: fold.pixels }),

  lanes: ({ nodes, fold }: Engine) => fold.pe * fold.simd * fold.pixels * bitsOf(nodes[0]!.inputTypes[0]!.element),

  /** The slower of reading windows (OH·OW/M·NF·SF) and writing the ring (H·W·C/SIMD/IN_PIXELS). */
  cycles({ nodes, fold }: Engine) {
    const { readClocks, writeClocks } = convEngine(nodes[0]!, fold);
    return Math.max(readClocks, writeClocks);
  },

  /**
   * Rows of nn_conv_window: an output row starts when the rows up to its `end` are there, and the ring takes as many as
   * it has slots.
   */
  rowFlow({ nodes, fold }: Engine): RowFlow {
    const { height, kernel, stride, padSize, rows } = convEngine(nodes[0]!, fold);
    return {
      needed: (outputRows) => Math.min(height, (outputRows - 1) * stride - padSize + Math.max(kernel, stride)),
      step: stride,
      held: rows,
    };
  },

  /**
   * The parts of nn_conv, each fitted to Yosys by itself over a range of parameters (docs/estimates.md); an estimate,
   * not a
   * measurement.
   */
  estimate(engine: Engine): Cost {
    const { nodes, fold, primitives } = engine;
    const node = nodes[0]!;
    const shape = convEngine(node, fold);
    const inputBits = bitsOf(node.inputTypes[0]!.element);
    const sumBits = bitsOf(node.type.element);
    const { pe, simd, pixels } = fold;
    const thresholds = nodes.length > 1;
    const dots = pe * pixels;
    const dot = dotProduct(inputBits, sumBits, simd, popcountStyle(inputBits, simd, primitives) === 'xilinx');
    const compare = thresholds ? 0.55 * sumBits : 0;
    const rom = weightMemory(engine);
    const ring = ringMemory(engine);
    const steps = thresholds ? tableLuts(pe * sumBits, shape.filters / pe) + 10 : 0;
    const beat = simd * inputBits * pixels;
    const window = shape.kernel > 1 ? 155 + (shape.padSize > 0 ? 45 : 0) : 60;
    // Banks are turned into order, and padding put in.
    const turning = pixels > 1 ? beat * (shape.kernel > 1 ? 1 : 0) : shape.padSize > 0 ? beat / 2 : 0;
    const outputBits = dots * (thresholds ? 1 : sumBits);
    const fifo = 4 * Math.ceil(outputBits / 6) + 28;
    return {
      lut: Math.round(dots * (dot.lut + sumBits + compare) + window + turning + steps + fifo + rom.lut + ring.lut + 60),
      lutRam: ring.lut + 4 * Math.ceil(outputBits / 6),
      ff: Math.round(dots * (dot.ff + sumBits * (thresholds ? 3 : 1)) + 3 * beat + pe * simd + 200),
      bram36: rom.bram36 + ring.bram36,
      uram: 0,
      dsp: 0,
    };
  },
};

/** A dot product of `simd` taps: compressors in portable Verilog or in primitives; of integers an adder a tap. */
function dotProduct(
  inputBits: number,
  sumBits: number,
  simd: number,
  inPrimitives: boolean,
): { lut: number; ff: number } {
  if (inputBits > 1) return { lut: (simd - 1) * (inputBits + 4), ff: simd * (inputBits + 2) + sumBits };
  return inPrimitives ? { lut: 0.84 * simd + 3, ff: 1.15 * simd + 5 } : { lut: 1.34 * simd + 3, ff: 0.32 * simd + 5 };
}

/** A read-only table in logic: with few words many bits are the same function of the address. */
function tableLuts(width: number, depth: number): number {
  const perBit = depth > 32 ? Math.ceil(depth / 64) : depth > 4 ? 0.5 : 0.1;
  return width * perBit + 3 * countBits(depth);
}
