// SPDX-License-Identifier: Apache-2.0
import { bitsOf, elementCount, isSigned } from '../../ir/types.ts';
import { byChannel, hexFields, memoryImage, type WhatStands } from '../../hardware/hardware.ts';
import type { LayerLowering } from '../../layer-kind/layer-kind.ts';
import { weightStyle } from './cost.ts';

export const lowering: LayerLowering = {
  lower(engine, input, output) {
    const {
      name,
      nodes,
      fold: { pe },
    } = engine;
    const [node] = nodes;
    const { element } = node!.inputTypes[0]!;
    const taps = elementCount(node!.inputTypes[0]!);
    const units = node!.type.channels;
    const sumBits = bitsOf(node!.type.element);
    const weights = node!.parameters['weights']!.data;
    const bias = node!.parameters['bias']!.data;
    const memory = weightStyle(engine);
    const lanes = (of: (unit: number) => number, fold: number, bits: number) =>
      hexFields(
        Array.from({ length: pe }, (_, p) => of(fold * pe + p)),
        bits,
      );
    const folds = Array.from({ length: units / pe }, (_, fold) => fold);
    const unitAt = (word: number, bit: number) => (word % folds.length) * pe + Math.floor(bit / 8);
    const stands: WhatStands = (word, bit) => ({
      of: `${name}'s weights`,
      at: { unit: unitAt(word, bit), tap: Math.floor(word / folds.length), bit: bit % 8 },
    });
    const weightImage = memoryImage(
      {
        file: `${name}_weights.mem`,
        width: 8 * pe,
        usedBits: 8 * weights.length,
        stands,
        ...(memory.style === 'block' ? { bram36: memory.bram36 } : {}),
      },
      () =>
        Array.from({ length: taps }, (_, tap) =>
          folds.map((fold) => lanes((unit) => weights[unit * taps + tap]!, fold, 8)),
        ).flat(),
    );
    const biasesAt = byChannel(`${name}'s biases`, pe, sumBits, 'unit');
    const biases = { file: `${name}_biases.mem`, width: sumBits * pe, usedBits: sumBits * units, stands: biasesAt };
    const biasImage = memoryImage(biases, () => folds.map((fold) => lanes((unit) => bias[unit]!, fold, sumBits)));
    return [
      {
        module: 'nn_int_dense',
        instance: `u_${name}`,
        comment: `${units} units of ${taps} 8-bit weights; PE ${pe}`,
        parameters: {
          TAPS: taps,
          UNITS: units,
          PE: pe,
          IN_W: bitsOf(element),
          SIGNED_IN: isSigned(element) ? 1 : 0,
          SUM_W: sumBits,
          WEIGHT_FILE: weightImage.file,
          BIAS_FILE: biasImage.file,
          WEIGHT_STYLE: memory.style,
        },
        input,
        output,
        images: [weightImage, biasImage],
        busySignal: 'step',
        operationsPerClock: () => pe,
      },
    ];
  },
};
