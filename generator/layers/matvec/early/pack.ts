/** Weights and padded maps as tiles in 32-bit words, for the model's popcounts. */
import { wordsFor, type BitTensor } from '../../../golden/tensor.ts';
import type { EarlyPlan } from './layer.ts';

/** Weights or a padded map, a tile in `words` words, spare bits 0. */
export interface PackedTiles {
  readonly words: number;
  readonly data: Int32Array;
}

function pack(places: number, bit: (run: number, place: number) => number, runs: number, simd: number): PackedTiles {
  const words = wordsFor(simd);
  const folds = places / simd;
  const data = new Int32Array(runs * folds * words);
  for (let run = 0; run < runs; run++)
    for (let place = 0; place < places; place++) {
      const tap = place % simd;
      if (bit(run, place)) data[(run * folds + Math.floor(place / simd)) * words + (tap >>> 5)]! |= 1 << (tap & 31);
    }
  return { words, data };
}

/** By filter and tile. */
export function packWeights({ layer, fold, inverted }: EarlyPlan): PackedTiles {
  const { channels, kernel, filters, weights } = layer;
  const bit = (run: number, place: number) => weights[run * channels + place]! ^ inverted[place]!;
  return pack(channels, bit, filters * kernel * kernel, fold.simd);
}

/** By pixel of the padded map and fold. */
export function packMap({ layer, fold, inverted }: Omit<EarlyPlan, 'visits'>, map: BitTensor): PackedTiles {
  const { height, width, channels, padSize, padBit } = layer;
  const columns = width + 2 * padSize;
  const bit = (pixel: number, c: number) => {
    const y = Math.floor(pixel / columns) - padSize;
    const x = (pixel % columns) - padSize;
    if (y < 0 || x < 0 || y >= height || x >= width) return padBit ^ inverted[c]!;
    return ((map.data[(y * width + x) * map.words + (c >>> 5)]! >>> (c & 31)) & 1) ^ inverted[c]!;
  };
  return pack(channels, bit, (height + 2 * padSize) * columns, fold.simd);
}
