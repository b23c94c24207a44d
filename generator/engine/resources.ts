/** Memories and multipliers of the sparse engine, by arithmetic; what logic it takes only synthesis knows. */
import type { Cost } from '../layers/layer-kind.ts';
import { ringsOf } from './layer.ts';
import { outputsAtOnce, type EngineShape } from './shape.ts';

/** An UltraRAM holds 4,096 words of 72 bits; nothing else is in these. */
const ultraRams = (words: number, bits: number) => Math.ceil(words / 4096) * Math.ceil(bits / 72);

/** Block RAMs that hold words of 64 bits: 512 words of 72 bits each. */
const blockRams = (words: number) => Math.ceil(words / 512);

/** @returns LUTs and flip-flops are null: unknown */
export function resources(shape: EngineShape): Cost {
  const { lanes, groups, lines, ringWords, vectorWords, ownWords } = shape;
  const outputs = outputsAtOnce(shape);
  return {
    lut: null, lutRam: null, ff: null,
    // Two banks of lines; rings.
    uram: 2 * ultraRams(lines / 2, 8 * lanes) + ringsOf(shape) * ultraRams(ringWords, 64),
    bram36: outputs * blockRams(2 * vectorWords + ownWords),
    // Convolutions, two positions each, and their requantisation; fully connected lanes and theirs.
    dsp: (lanes / 2) * groups + lanes + outputs + 1,
  };
}
