// SPDX-License-Identifier: Apache-2.0
/**
 * Where the weights and the rows of an engine lie: in block RAM or in LUTs, whichever is cheaper at the design's price.
 */
import { bitsOf } from '../../../ir/types.ts';
import { lutRamLuts } from '../../../hardware/fabric.ts';
import { blockRomCost } from '../../../hardware/block-rom.ts';
import type { Engine } from '../../../stream-top/engine.ts';
import { convEngine } from '../layer/engine.ts';

export interface Memory {
  readonly style: 'block' | 'distributed';
  readonly lut: number;
  readonly bram36: number;
}

/** A memory of one word is a constant and never a block. */
function cheaper(
  depth: number,
  inLuts: number,
  inBlocks: { readonly lut: number; readonly bram36: number },
  lutPerBram: number,
): Memory {
  const block = depth > 1 && inBlocks.lut + lutPerBram * inBlocks.bram36 < inLuts;
  return block
    ? { style: 'block', lut: inBlocks.lut, bram36: inBlocks.bram36 }
    : { style: 'distributed', lut: inLuts, bram36: 0 };
}

/** Weights, which have no pattern: a word holds SIMD taps of all PE filters. In logic a LUT a bit and 64 words. */
export function weightMemory({ nodes, fold, lutPerBram }: Engine): Memory {
  const depth = convEngine(nodes[0]!, fold).weightDepth;
  const width = fold.pe * fold.simd;
  const inLuts = Math.min(width * Math.ceil(depth / 64), 2 ** Math.min(depth, 30));
  return cheaper(depth, inLuts, blockRomCost(width, depth), lutPerBram);
}

/** The ring's banks, one a pixel: simple dual-port block RAM, or LUT-RAM. */
export function ringMemory({ nodes, fold, lutPerBram }: Engine): Memory {
  const depth = convEngine(nodes[0]!, fold).bufferDepth;
  const width = fold.simd * bitsOf(nodes[0]!.inputTypes[0]!.element);
  const block = { lut: 0, bram36: fold.pixels * blockRomCost(width, depth).bram36 };
  return cheaper(depth, fold.pixels * lutRamLuts(width, depth), block, lutPerBram);
}
