// SPDX-License-Identifier: Apache-2.0
/**
 * What the sparse engine takes of the device: memories and multipliers by arithmetic, logic by the cells' estimates.
 */
import { uramCost } from '../../hardware/block-rom.ts';
import type { Cost } from '../../hardware/cost.ts';
import { logicOf } from './cell-estimates.ts';
import { sparseInstances } from './instances.ts';
import { ringsOf } from './program/layer.ts';
import { outputsAtOnce, type EngineShape } from './program/shape.ts';

/** Bits of a word of an UltraRAM. */
const ultraBits = 72;

/**
 * Bits of a line that lie in block RAM beside the UltraRAMs that the others fill, as nn_sparse_lines has them; 4,096
 * words a block RAM.
 */
export const restBits = (lanes: number) =>
  8 * lanes > ultraBits && (8 * lanes) % ultraBits <= 8 ? (8 * lanes) % ultraBits : 0;

/** Block RAMs that hold words of 64 bits: 512 words of 72 bits each. */
const blockRams = (words: number) => Math.ceil(words / 512);

const unknown = { lut: null, lutRam: null, ff: null } as const;

/**
 * Logic as synthesis counts it, cell by cell, without what is between them (instances.ts, betweenCells).
 * @param carryBits of the groups' adders, as sparseInstances takes them
 */
export function resources(shape: EngineShape, carryBits: number): Cost {
  const { lanes, groups, lines, ringWords, vectorWords, ownWords } = shape;
  const outputs = outputsAtOnce(shape);
  return {
    ...(logicOf(sparseInstances(shape, carryBits)) ?? unknown),
    // Two banks of lines; a ring of weights for each group, others in block RAM.
    uram: 2 * uramCost(8 * lanes - restBits(lanes), lines / 2) + groups * uramCost(64, ringWords),
    bram36:
      outputs * blockRams(2 * vectorWords + ownWords) +
      (ringsOf(shape) - groups) * blockRams(ringWords) +
      (restBits(lanes) > 0 ? 2 * Math.ceil(lines / 2 / 4096) : 0),
    // Convolutions, two positions each, and their requantisation; fully connected lanes and theirs.
    dsp: (lanes / 2) * groups + lanes + outputs + 1,
  };
}
