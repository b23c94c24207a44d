// SPDX-License-Identifier: Apache-2.0
import { bitsOf, elementCount, isSigned } from '../../ir/types.ts';
import { divisors } from '../../hardware/divisors.ts';
import { countBits, lutRamLuts } from '../../hardware/fabric.ts';
import { blockRomCost } from '../../hardware/block-rom.ts';
import type { Engine } from '../../stream-top/engine.ts';
import type { LayerCost, LayerLowering, DataflowLayer } from '../../architectures/dataflow/layer/layer.ts';
import { type WhatStands, byChannel, hexFields, memoryImage } from '../../hardware/hardware.ts';

/** Weights in block RAM or in logic, whichever is cheaper at the design's price. */
function weightStyle({ nodes, fold, lutPerBram }: Engine): {
  style: 'block' | 'distributed';
  lut: number;
  bram36: number;
} {
  const depth = nodes[0]!.parameters['weights']!.data.length / fold.pe;
  const width = 8 * fold.pe;
  const inLuts = width * Math.ceil(depth / 64);
  const { lut, bram36 } = blockRomCost(width, depth);
  return depth > 1 && lut + lutPerBram * bram36 < inLuts
    ? { style: 'block', lut, bram36 }
    : { style: 'distributed', lut: inLuts, bram36: 0 };
}

/** nn_int_dense: one input a beat, PE units at once, a multiplier each. */
const cost: LayerCost = {
  foldAxes: ({ type }) => ({ pe: divisors(type.channels), simd: [1], pixels: [1] }),
  inputBeat: () => ({ lanes: 1, pixels: 1 }),
  outputBeat: ({ fold }) => ({ lanes: fold.pe, pixels: 1 }),
  lanes: ({ fold }) => fold.pe,
  cycles: ({ nodes, fold }) => elementCount(nodes[0]!.inputTypes[0]!) * (nodes[0]!.type.channels / fold.pe),
  rowFlow({ nodes }) {
    const { height } = nodes[0]!.inputTypes[0]!;
    return { needed: () => height, step: height, held: 0 };
  },
  /** A multiplier, an adder and its sums in LUT-RAM a lane; weights; counters; a landing FIFO. An estimate. */
  estimate(engine) {
    const [node] = engine.nodes;
    const { pe } = engine.fold;
    const bits = bitsOf(node!.type.element);
    const folds = node!.type.channels / pe;
    const sums = lutRamLuts(pe * bits, folds);
    const landing = lutRamLuts(pe * bits, 8);
    const weights = weightStyle(engine);
    const place = countBits(elementCount(node!.inputTypes[0]!) * folds);
    return {
      lut: Math.round(sums + landing + pe * 2.5 * bits + weights.lut + 8 * place + 60),
      lutRam: sums + landing,
      ff: pe * (3 * bits + 24) + 4 * place + 60,
      bram36: weights.bram36,
      uram: 0,
      dsp: pe,
    };
  },
};

const lowering: LayerLowering = {
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

export const dataflow: DataflowLayer = { cost, lowering };
