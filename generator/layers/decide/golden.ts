// SPDX-License-Identifier: Apache-2.0
import { elementAt, newInts } from '../../tensor/tensor.ts';
import type { Golden } from '../../layer-kind/layer-kind.ts';

/** [score 0, …, score classes−1, class]. */
export const golden: Golden = (node) => {
  const classes = node.attributes['classes'] as number;
  const first = node.attributes['rule'] === 'first_max';
  const { channels, width } = node.inputTypes[0]!;
  return ([x]) => {
    const out = newInts(1, 1, classes + 1);
    let winner = 0;
    for (let i = 0; i < classes; i++) {
      const pixel = Math.floor(i / channels);
      const score = elementAt(x!, Math.floor(pixel / width), pixel % width, i % channels);
      out.data[i] = score;
      if (first ? score > out.data[winner]! : score !== 0) winner = i;
    }
    out.data[classes] = winner;
    return out;
  };
};
