// SPDX-License-Identifier: Apache-2.0
import { bitsOf, elementCount, isSigned } from '../../ir/types.ts';
import { divisors } from '../../hardware/divisors.ts';
import { countBits, lutRamLuts } from '../../hardware/fabric.ts';
import { blockRomCost } from '../../hardware/block-rom.ts';
import type { Engine } from '../../stream-top/engine.ts';
import type { LayerCost, LayerLowering, DataflowLayer } from '../../architectures/dataflow/layer/layer.ts';
import { type MemoryImage, type WhatStands, byChannel, hexFields, memoryImage } from '../../hardware/hardware.ts';

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

/** Shape of the layer's work: units in folds of `pe`, taps of each. */
function shapeOf({ nodes: [node], fold: { pe } }: Engine) {
  const units = node!.type.channels;
  return {
    units,
    pe,
    folds: units / pe,
    taps: elementCount(node!.inputTypes[0]!),
    sumBits: bitsOf(node!.type.element),
  };
}

/** Values of the units of each fold, side by side. */
const byFold = ({ folds, pe }: ReturnType<typeof shapeOf>, of: (unit: number) => number, bits: number) =>
  Array.from({ length: folds }, (_, fold) =>
    hexFields(
      Array.from({ length: pe }, (_, p) => of(fold * pe + p)),
      bits,
    ),
  );

/** A word a tap and fold, folds fastest. */
function weightImage(engine: Engine): MemoryImage {
  const shape = shapeOf(engine);
  const { folds, pe, taps } = shape;
  const { style, bram36 } = weightStyle(engine);
  const weights = engine.nodes[0]!.parameters['weights']!.data;
  const stands: WhatStands = (word, bit) => ({
    of: `${engine.name}'s weights`,
    at: { unit: (word % folds) * pe + Math.floor(bit / 8), tap: Math.floor(word / folds), bit: bit % 8 },
  });
  return memoryImage(
    {
      file: `${engine.name}_weights.mem`,
      width: 8 * pe,
      usedBits: 8 * weights.length,
      stands,
      ...(style === 'block' ? { bram36 } : {}),
    },
    () => Array.from({ length: taps }, (_, tap) => byFold(shape, (unit) => weights[unit * taps + tap]!, 8)).flat(),
  );
}

function biasImage(engine: Engine): MemoryImage {
  const shape = shapeOf(engine);
  const { units, pe, sumBits } = shape;
  const bias = engine.nodes[0]!.parameters['bias']!.data;
  const stands = byChannel(`${engine.name}'s biases`, pe, sumBits, 'unit');
  return memoryImage(
    { file: `${engine.name}_biases.mem`, width: sumBits * pe, usedBits: sumBits * units, stands },
    () => byFold(shape, (unit) => bias[unit]!, sumBits),
  );
}

const lowering: LayerLowering = {
  lower(engine, input, output) {
    const { element } = engine.nodes[0]!.inputTypes[0]!;
    const { taps, units, pe, sumBits } = shapeOf(engine);
    const [weights, biases] = [weightImage(engine), biasImage(engine)];
    return [
      {
        module: 'nn_int_dense',
        instance: `u_${engine.name}`,
        comment: `${units} units of ${taps} 8-bit weights; PE ${pe}`,
        parameters: {
          TAPS: taps,
          UNITS: units,
          PE: pe,
          IN_W: bitsOf(element),
          SIGNED_IN: isSigned(element) ? 1 : 0,
          SUM_W: sumBits,
          WEIGHT_FILE: weights.file,
          BIAS_FILE: biases.file,
          WEIGHT_STYLE: weightStyle(engine).style,
        },
        input,
        output,
        images: [weights, biases],
        busySignal: 'step',
        operationsPerClock: () => pe,
      },
    ];
  },
};

export const dataflow: DataflowLayer = { cost, lowering };
