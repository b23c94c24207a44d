// SPDX-License-Identifier: Apache-2.0
import { bitsOf, elementCount, isSigned } from '../../ir/types.ts';
import { divisors } from '../../hardware/divisors.ts';
import { lutRamLuts } from '../../hardware/fabric.ts';
import type { LayerCost, LayerLowering, DataflowLayer } from '../../architectures/dataflow/layer/layer.ts';
import { factorBits } from './fold-affine.ts';
import { storedTerms } from './kind.ts';
import { type MemoryImage, type WhatStands, hexWord, memoryImage } from '../../hardware/hardware.ts';
import type { TypedNode } from '../../ir/graph.ts';

/** Inputs of a DSP48's wider port. */
const multiplierBits = 25;

/**
 * nn_affine: a multiplier an element. Results that come in wide beats now and then are better worked on a part at a
 * time.
 */
const cost: LayerCost = {
  foldAxes: ({ type }) => ({ pe: divisors(type.channels), simd: [1], pixels: divisors(type.width) }),
  inputBeat: ({ fold }) => ({ lanes: fold.pe, pixels: fold.pixels }),
  outputBeat: (_engine, input) => input,
  lanes: () => 0,
  cycles: ({ nodes }, { lanes, pixels }) => elementCount(nodes[0]!.type) / (lanes * pixels),
  /** Constants in logic, a DSP slice an element, two stages of saturation, a landing FIFO. An estimate. */
  estimate({ nodes }, { lanes, pixels }) {
    const [node] = nodes;
    const { element } = node!.inputTypes[0]!;
    const elements = lanes * pixels;
    const inputBits = bitsOf(element) + (isSigned(element) ? 0 : 1);
    const outputBits = bitsOf(node!.type.element);
    const word = factorBits + storedTerms(node!).bits;
    const folds = node!.type.channels / lanes;
    const landing = lutRamLuts(elements * outputBits, 9);
    return {
      lut: Math.round(
        elements * (2 * outputBits + 6) + (folds > 1 ? (lanes * word * Math.max(1, folds / 64)) / 2 : 0) + landing + 45,
      ),
      lutRam: landing,
      ff: Math.round(elements * (2 * inputBits + 2 * outputBits) + 2 * lanes * word + 40),
      bram36: 0,
      uram: 0,
      dsp: elements * Math.ceil(inputBits / multiplierBits),
    };
  },
};

/** Word f: lane p's factor, above it its term with the half that rounds, of channel f·lanes + p. */
function constantsImage(name: string, node: TypedNode, lanes: number): MemoryImage {
  const factors = node.parameters['a']!.data;
  const { terms, bits } = storedTerms(node);
  const word = factorBits + bits;
  const bitOf = (channel: number, at: number) =>
    at < factorBits ? (factors[channel]! >> at) & 1 : Math.floor(terms[channel]! / 2 ** (at - factorBits)) & 1;
  const stands: WhatStands = (fold, at) => {
    const bit = at % word;
    const channel = fold * lanes + Math.floor(at / word);
    if (bit < factorBits) return { of: `${name}'s factors`, at: { channel, bit } };
    return { of: `${name}'s terms`, at: { channel, bit: bit - factorBits } };
  };
  return memoryImage({ file: `${name}_affine.mem`, width: lanes * word, usedBits: factors.length * word, stands }, () =>
    Array.from({ length: factors.length / lanes }, (_, fold) =>
      hexWord(lanes * word, (bit) => bitOf(fold * lanes + Math.floor(bit / word), bit % word)),
    ),
  );
}

const lowering: LayerLowering = {
  lower({ name, nodes }, input, output) {
    const [node] = nodes;
    const { element } = node!.inputTypes[0]!;
    const { min, max } = node!.attributes as { min: number; max: number };
    const image = constantsImage(name, node!, input.lanes);
    return [
      {
        module: 'nn_affine',
        instance: `u_${name}`,
        comment: `a*x + b per channel, into ${min}..${max}`,
        parameters: {
          CHANNELS: node!.type.channels,
          LANES: input.lanes,
          PIXELS: input.pixels,
          IN_W: bitsOf(element),
          SIGNED_IN: isSigned(element) ? 1 : 0,
          FACTOR_W: factorBits,
          TERM_W: storedTerms(node!).bits,
          SHIFT: node!.parameters['shift']!.data[0]!,
          OUT_W: bitsOf(node!.type.element),
          MIN: min,
          MAX: max,
          FILE: image.file,
        },
        input,
        output,
        images: [image],
      },
    ];
  },
};

export const dataflow: DataflowLayer = { cost, lowering };
