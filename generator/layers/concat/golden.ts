// SPDX-License-Identifier: Apache-2.0
import { expectInts, newInts } from '../../tensor/tensor.ts';
import type { Golden } from '../../layer-kind/layer-kind.ts';

/** Pixel by pixel the channels of every input. */
export const golden: Golden =
  ({ type }) =>
  (inputs) => {
    const out = newInts(type.height, type.width, type.channels);
    let offset = 0;
    for (const { data, channels } of inputs.map(expectInts)) {
      for (let pixel = 0; pixel < type.height * type.width; pixel++)
        out.data.set(data.subarray(pixel * channels, (pixel + 1) * channels), pixel * type.channels + offset);
      offset += channels;
    }
    return out;
  };
