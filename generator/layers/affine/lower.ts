// SPDX-License-Identifier: Apache-2.0
import { bitsOf, isSigned } from '../../ir/types.ts';
import { hexWord, memoryImage, type MemoryImage, type WhatStands } from '../../hardware/hardware.ts';
import type { TypedNode } from '../../ir/graph.ts';
import type { LayerLowering } from '../../layer-kind/layer-kind.ts';
import { factorBits, storedTerms } from './kind.ts';

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

export const lowering: LayerLowering = {
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
