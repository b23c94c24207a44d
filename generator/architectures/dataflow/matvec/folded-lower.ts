// SPDX-License-Identifier: Apache-2.0
/** nn_conv with its memory images. */
import type { TypedNode } from '../../../ir/graph.ts';
import { bitsOf } from '../../../ir/types.ts';
import { carryPositions } from '../../../toolchains/index.ts';
import {
  byChannel,
  hexFields,
  hexWord,
  memoryImage,
  type Cell,
  type HardwareStream,
  type MemoryImage,
  type WhatStands,
} from '../../../hardware/hardware.ts';
import type { Engine, Fold } from '../../../stream-top/engine.ts';
import { sumsOf, thresholdBits } from '../../../layers/threshold/kind.ts';
import { convEngine, dotLatency, popcountStyle } from '../layer/engine.ts';
import { foldedCost } from './folded-cost.ts';
import { ringMemory, weightMemory, type Memory } from './memories.ts';

/** Word nf·SF + sf holds lane p's tap i of that fold at bit p·SIMD + i: row nf·PE + p, column sf·SIMD + i. */
function weightImage(name: string, node: TypedNode, fold: Fold, { style, bram36 }: Memory): MemoryImage {
  const { data } = node.parameters['weights']!;
  const n = data.length / node.type.channels;
  const width = fold.pe * fold.simd;
  const block = style === 'block' ? { bram36 } : {};
  const folds = n / fold.simd;
  const filterAt = (word: number, bit: number) => Math.floor(word / folds) * fold.pe + Math.floor(bit / fold.simd);
  const tapAt = (word: number, bit: number) => (word % folds) * fold.simd + (bit % fold.simd);
  const stands: WhatStands = (word, bit) => ({
    of: `${name}'s weights`,
    at: { filter: filterAt(word, bit), tap: tapAt(word, bit) },
  });
  return memoryImage({ file: `${name}_weights.mem`, width, usedBits: data.length, ...block, stands }, () =>
    Array.from({ length: data.length / width }, (_, word) =>
      hexWord(width, (bit) => data[filterAt(word, bit) * n + tapAt(word, bit)]!),
    ),
  );
}

/** Word nf holds lane p's threshold at bit p·TH_W. */
function thresholdImage(name: string, node: TypedNode, fold: Fold, bits: number): MemoryImage {
  const theta = node.parameters['theta']!.data;
  const stands = byChannel(`${name}'s thresholds`, fold.pe, bits, 'filter');
  const image = { file: `${name}_thresholds.mem`, width: fold.pe * bits, usedBits: theta.length * bits, stands };
  return memoryImage(image, () =>
    Array.from({ length: theta.length / fold.pe }, (_, nf) =>
      hexFields(theta.subarray(nf * fold.pe, (nf + 1) * fold.pe), bits),
    ),
  );
}

export function lowerFolded(engine: Engine, input: HardwareStream, output: HardwareStream): Cell[] {
  const { name, nodes, fold, primitives } = engine;
  const [node, compare] = nodes as [TypedNode, TypedNode | undefined];
  const shape = convEngine(node, fold);
  const sums = sumsOf(node.type);
  const inputBits = bitsOf(node.inputTypes[0]!.element);
  const pad = node.inputTypes[0]!.element.type === 'bipolar' ? Number(shape.padValue > 0) : shape.padValue;
  const memory = weightMemory(engine);
  const weights = weightImage(name, node, fold, memory);
  const thresholds = compare ? thresholdImage(name, compare, fold, thresholdBits(sums)) : undefined;
  const popcounts = popcountStyle(inputBits, fold.simd, primitives);
  const folds = `${shape.filters / fold.pe} × ${(shape.kernel ** 2 * shape.channels) / fold.simd} folds`;
  return [
    {
      module: 'nn_conv',
      instance: `u_${name}`,
      comment:
        `${shape.filters} filters ${shape.kernel}x${shape.kernel} on ${shape.height}x${shape.width}x${shape.channels}` +
        `, stride ${shape.stride}, pad ${shape.padSize}; PE ${fold.pe}, SIMD ${fold.simd}, ${fold.pixels} ` +
        `pixel(s), ${folds.replace('×', 'x')}`,
      parameters: {
        HEIGHT: shape.height,
        WIDTH: shape.width,
        CHANNELS: shape.channels,
        FILTERS: shape.filters,
        KERNEL: shape.kernel,
        STRIDE: shape.stride,
        PAD: shape.padSize,
        PAD_VALUE: { bits: inputBits, hex: hexFields([pad], inputBits) },
        IN_W: inputBits,
        PE: fold.pe,
        SIMD: fold.simd,
        IN_PIXELS: input.pixels,
        PIXELS: fold.pixels,
        ACC_W: bitsOf(sums),
        THRESHOLD: compare ? 1 : 0,
        TH_W: thresholdBits(sums),
        ROWS: shape.rows,
        WEIGHT_STYLE: memory.style,
        BUFFER_STYLE: ringMemory(engine).style,
        DOT_LATENCY: dotLatency(inputBits, fold.simd, popcounts),
        POPCOUNT_STYLE: popcounts,
        ...(popcounts === 'xilinx' && carryPositions(primitives!) !== 4
          ? { CARRY_W: carryPositions(primitives!) }
          : {}),
        WEIGHT_FILE: weights.file,
        THRESHOLD_FILE: thresholds?.file ?? '',
      },
      input,
      output,
      images: thresholds ? [weights, thresholds] : [weights],
      busySignal: 'step',
      operationsPerClock: () => foldedCost.lanes(engine),
    },
  ];
}
