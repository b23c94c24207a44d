/** Folding, cycles and estimate of nn_conv, the engine of convolution and dense layers. */
import type { TypedNode } from '../../ir/graph.ts';
import { bitsOf } from '../../ir/types.ts';
import type { Cost, Engine } from '../layer-kind.ts';
import { convEngine } from './engine.ts';

export function divisors(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1).filter((d) => n % d === 0);
}

export const matvecCost = {
  foldAxes(node: TypedNode) {
    const { filters, channels, stride, outWidth } = convEngine(node);
    // Neighbouring windows come from as many banks of the ring, which works at stride 1.
    return { pe: divisors(filters), simd: divisors(channels), pixels: stride === 1 ? divisors(outWidth) : [1] };
  },

  inputLanes: (engine: Engine) => engine.fold.simd,
  outputLanes: (engine: Engine) => engine.fold.pe,

  lanes: ({ nodes, fold }: Engine) => fold.pe * fold.simd * fold.pixels * bitsOf(nodes[0]!.inputTypes[0]!.element),

  /** The slowest of reading windows (OH·OW/M·NF·SF), writing the ring (H·W·C/SIMD) and giving results pixel by pixel (OH·OW·NF). */
  cycles({ nodes, fold }: Engine) {
    const shape = convEngine(nodes[0]!);
    const results = shape.outHeight * shape.outWidth * (shape.filters / fold.pe);
    const windows = (results / fold.pixels) * ((shape.kernel ** 2 * shape.channels) / fold.simd);
    return Math.max(windows, results, (shape.height * shape.width * shape.channels) / fold.simd);
  },

  /** LUT per lane and per PE from synthesis of single cells (docs/decisions/0003); an estimate, not a measurement. */
  estimate({ nodes, fold }: Engine): Cost {
    const node = nodes[0]!;
    const shape = convEngine(node, fold);
    const inputBits = bitsOf(node.inputTypes[0]!.element);
    const sumBits = bitsOf(node.type.element);
    const lanes = fold.pe * fold.simd * fold.pixels;
    const perLane = inputBits === 1 ? 1.4 : inputBits + 1;
    const rom = memoryCost(shape.weightStyle, fold.pe * fold.simd, shape.weightDepth);
    const buffer = memoryCost(shape.bufferStyle, fold.simd * inputBits, shape.bufferDepth, fold.pixels);
    return {
      lut: Math.round(lanes * perLane + fold.pe * fold.pixels * 2 * sumBits + 120 + rom.lut + buffer.lut),
      lutRam: buffer.lut,
      ff: Math.round(lanes * perLane * 0.8 + fold.pe * fold.pixels * 3 * sumBits + fold.simd * fold.pixels * inputBits * 2 + 150),
      bram36: rom.bram36 + buffer.bram36,
      uram: 0,
      dsp: 0,
    };
  },
};

/** RAMB36 shapes: depth → widest word, in 18 Kbit halves (UG473). */
function memoryCost(style: 'block' | 'distributed', width: number, depth: number, copies = 1): { lut: number; bram36: number } {
  if (style === 'distributed') return { lut: copies * Math.ceil((width * Math.ceil(depth / 32)) / 1.5), bram36: 0 };
  const widths: readonly (readonly [number, number])[] = [[512, 36], [1024, 18], [2048, 9], [4096, 4], [8192, 2], [16384, 1]];
  const [, lanesPerHalf] = widths.find(([words]) => depth <= words) ?? [16384, 1];
  const banks = Math.ceil(depth / 16384);
  return { lut: 0, bram36: (copies * Math.ceil(width / lanesPerHalf!) * banks) / 2 };
}
