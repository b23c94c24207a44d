// SPDX-License-Identifier: Apache-2.0
import { expectInts, newInts } from '../../tensor/tensor.ts';
import type { Golden } from '../../layer-kind/layer-kind.ts';
import { windowOf } from './kind.ts';

/** y = Σ x over the pixels of a window, channel by channel. */
export const golden: Golden = (node) => {
  const { rows, columns } = windowOf(node, node.inputTypes[0]!);
  const { height, width, channels } = node.type;
  return ([x]) => {
    const { data, width: mapWidth } = expectInts(x!);
    const out = newInts(height, width, channels);
    for (let y = 0; y < height * rows; y++)
      for (let column = 0; column < width * columns; column++) {
        const from = (y * mapWidth + column) * channels;
        const to = (Math.floor(y / rows) * width + Math.floor(column / columns)) * channels;
        for (let c = 0; c < channels; c++) out.data[to + c]! += data[from + c]!;
      }
    return out;
  };
};
