// SPDX-License-Identifier: Apache-2.0
/** Weights and padded maps as tiles in 32-bit words, for the model's popcounts. */
import { wordsFor, type BitTensor } from '../../../tensor/tensor.ts';
import type { EarlyPlan } from './layer.ts';

/** Weights or a padded map, a tile in `words` words, spare bits 0. */
export interface PackedTiles {
  readonly words: number;
  readonly data: Int32Array;
}

/** @param read writes the bits of a run, by place */
function pack(places: number, read: (run: number, bits: Uint8Array) => void, runs: number, simd: number): PackedTiles {
  const words = wordsFor(simd);
  const data = new Int32Array((runs * places * words) / simd);
  const bits = new Uint8Array(places);
  for (let run = 0, word = 0; run < runs; run++) {
    read(run, bits);
    for (let start = 0; start < places; start += simd)
      for (let first = start; first < start + simd; first += 32, word++) {
        const end = Math.min(first + 32, start + simd);
        let packed = 0;
        for (let place = first; place < end; place++) packed |= bits[place]! << (place - first);
        data[word] = packed;
      }
  }
  return { words, data };
}

/** By filter and tile. */
export function packWeights({ layer, fold, inverted }: Omit<EarlyPlan, 'visits'>): PackedTiles {
  const { channels, kernel, filters, weights } = layer;
  const read = (run: number, bits: Uint8Array) => {
    for (let c = 0, at = run * channels; c < channels; c++, at++) bits[c] = weights[at]! ^ inverted[c]!;
  };
  return pack(channels, read, filters * kernel * kernel, fold.simd);
}

/** By pixel of the padded map and fold. */
export function packMap({ layer, fold, inverted }: Omit<EarlyPlan, 'visits'>, map: BitTensor): PackedTiles {
  const { height, width, channels, padSize, padBit } = layer;
  const columns = width + 2 * padSize;
  const read = (pixel: number, bits: Uint8Array) => {
    const y = Math.floor(pixel / columns) - padSize;
    const x = (pixel % columns) - padSize;
    const inside = y >= 0 && x >= 0 && y < height && x < width;
    const at = (y * width + x) * map.words;
    for (let c = 0; c < channels; c++)
      bits[c] = (inside ? (map.data[at + (c >>> 5)]! >>> (c & 31)) & 1 : padBit) ^ inverted[c]!;
  };
  return pack(channels, read, (height + 2 * padSize) * columns, fold.simd);
}
