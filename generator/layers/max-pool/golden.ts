// SPDX-License-Identifier: Apache-2.0
import {
  expectBits,
  expectInts,
  newBits,
  newInts,
  wordsFor,
  type BitTensor,
  type IntTensor,
} from '../../tensor/tensor.ts';
import type { TypedNode } from '../../ir/graph.ts';
import type { Golden } from '../../layer-kind/layer-kind.ts';
import { packRows } from '../matvec/golden.ts';
import { poolShape } from './kind.ts';

/** Calls `visit(output pixel, input pixel, first of its window)` for every tap of every window that lies in the map. */
function forWindows(node: TypedNode, visit: (out: number, from: number, first: boolean) => void): void {
  const { size, stride } = poolShape(node);
  const { height, width } = node.inputTypes[0]!;
  for (let oy = 0, out = 0; oy < node.type.height; oy++)
    for (let ox = 0; ox < node.type.width; ox++, out++) {
      const [top, left] = [oy * stride, ox * stride];
      for (let y = top; y < Math.min(height, top + size); y++)
        for (let x = left; x < Math.min(width, left + size); x++) visit(out, y * width + x, y === top && x === left);
    }
}

function poolBits(node: TypedNode, minimum: Int32Array, x: BitTensor): BitTensor {
  const out = newBits(node.type.height, node.type.width, node.type.channels);
  const { words } = x;
  forWindows(node, (o, i, first) => {
    for (let w = 0; w < words; w++) {
      const bits = x.data[i * words + w]!;
      const before = first ? bits : out.data[o * words + w]!;
      out.data[o * words + w] = (before & bits) | ((before | bits) & ~minimum[w]!);
    }
  });
  return out;
}

function poolInts(node: TypedNode, minimum: ArrayLike<number>, x: IntTensor): IntTensor {
  const out = newInts(node.type.height, node.type.width, node.type.channels);
  const { channels } = x;
  forWindows(node, (o, i, first) => {
    for (let c = 0; c < channels; c++) {
      const value = x.data[i * channels + c]!;
      const before = first ? value : out.data[o * channels + c]!;
      out.data[o * channels + c] = minimum[c] ? Math.min(before, value) : Math.max(before, value);
    }
  });
  return out;
}

/** Maximum per channel, minimum on the channels that say so; of bits: OR and AND. */
export const golden: Golden = (node) => {
  const minimum = node.parameters['minimum']!.data;
  if (node.type.element.type !== 'bipolar') return ([x]) => poolInts(node, minimum, expectInts(x!));
  const mask = packRows(minimum, 1, 1, node.type.channels);
  if (mask.length !== wordsFor(node.type.channels)) throw new Error('one mask bit per channel');
  return ([x]) => poolBits(node, mask, expectBits(x!));
};
