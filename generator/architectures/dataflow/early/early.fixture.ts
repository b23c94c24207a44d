// SPDX-License-Identifier: Apache-2.0
/** Small random layers for nn_early, of every kind: their plans, frames, and the bits that they are defined to give. */
import type { EarlyDut } from '../../../../sim/early.ts';
import { elementAt, newBits, type BitTensor } from '../../../tensor/tensor.ts';
import { randomFrom } from '../../../passes/random.ts';
import { calibrate } from './calibrate.ts';
import {
  bothEarly,
  counted,
  denseTiles,
  fanInOf,
  nothingEarly,
  outputOf,
  type Early,
  type EarlyFold,
  type EarlyLayer,
} from './layer.ts';
import { sumOf, tilesWalked } from './walk.ts';

const random = randomFrom('early decision');

type Shape = Pick<
  EarlyLayer,
  'height' | 'width' | 'channels' | 'filters' | 'kernel' | 'stride' | 'padSize' | 'padBit' | 'pool'
>;

/** Biased taps and channels, thresholds near the mean, some beyond every sum; OR and AND pools. */
function randomLayer(shape: Shape): EarlyLayer {
  const n = shape.kernel ** 2 * shape.channels;
  const weights = Uint8Array.from({ length: shape.filters * n }, () => Number(random() < 0.6));
  const theta = Int32Array.from(
    { length: shape.filters },
    (_, f) => [-3, 0, n + 1, 3 * n][(f + shape.filters) % 9] ?? Math.round(n / 2 + (random() - 0.5) * Math.sqrt(n) * 2),
  );
  return { ...shape, weights, theta, all: Uint8Array.from(theta, () => Number(random() < 0.4)) };
}

function randomMap({ height, width, channels }: EarlyLayer): BitTensor {
  const map = newBits(height, width, channels);
  for (let pixel = 0; pixel < height * width; pixel++)
    for (let c = 0; c < channels; c++)
      if (random() < 0.2 + (0.6 * c) / channels) map.data[pixel * map.words + (c >>> 5)]! |= 1 << (c & 31);
  return map;
}

/** What the layer is defined to be. */
function defined(layer: EarlyLayer, map: BitTensor): BitTensor {
  const { height, width, channels, kernel, stride, padSize, padBit, pool, filters } = layer;
  const size = outputOf(layer);
  const output = newBits(size.height, size.width, filters);
  const bitAt = (filter: number, wy: number, wx: number) => {
    let sum = 0;
    for (let tap = 0; tap < fanInOf(layer); tap++) {
      const at = Math.floor(tap / channels);
      const y = wy * stride - padSize + Math.floor(at / kernel);
      const x = wx * stride - padSize + (at % kernel);
      const inside = y >= 0 && x >= 0 && y < height && x < width;
      sum += Number(
        (inside ? elementAt(map, y, x, tap % channels) : padBit) === layer.weights[filter * fanInOf(layer) + tap],
      );
    }
    return sum >= layer.theta[filter]! ? 1 : 0;
  };
  for (let y = 0; y < size.height; y++)
    for (let x = 0; x < size.width; x++)
      for (let f = 0; f < filters; f++) {
        const bits = counted(pool * pool).map((i) => bitAt(f, y * pool + Math.floor(i / pool), x * pool + (i % pool)));
        const bit = layer.all[f] ? Math.min(...bits) : Math.max(...bits);
        output.data[(y * size.width + x) * output.words + (f >>> 5)]! |= bit << (f & 31);
      }
  return output;
}

const names = 'height width channels filters kernel stride padSize padBit pool'.split(' ');
const shape = (...values: readonly number[]) =>
  Object.fromEntries(names.map((name, i) => [name, values[i]!])) as unknown as Shape;

// One of everything: odd maps and folds, no fold, one lane, dense, stride, both paddings, pools of 2 and 3 with rows
// left over.
const points: readonly {
  readonly shape: Shape;
  readonly fold: EarlyFold;
  readonly early?: Early;
  readonly gate?: boolean;
  readonly xilinx?: boolean;
}[] = [
  { shape: shape(8, 8, 32, 8, 3, 1, 0, 0, 2), fold: { pe: 4, simd: 16 } },
  { shape: shape(8, 8, 32, 8, 3, 1, 0, 0, 2), fold: { pe: 4, simd: 16 }, early: nothingEarly },
  { shape: shape(9, 7, 6, 9, 3, 1, 1, 0, 1), fold: { pe: 3, simd: 3 }, gate: true },
  { shape: shape(7, 9, 24, 5, 3, 2, 1, 1, 1), fold: { pe: 5, simd: 12 } },
  { shape: shape(11, 10, 8, 6, 2, 1, 0, 0, 3), fold: { pe: 2, simd: 8 }, early: { windows: false, pools: true } },
  { shape: shape(6, 6, 4, 12, 3, 1, 1, 1, 2), fold: { pe: 1, simd: 4 }, early: { windows: true, pools: false } },
  { shape: shape(1, 1, 96, 24, 1, 1, 0, 0, 1), fold: { pe: 6, simd: 32 } },
  { shape: shape(1, 1, 64, 4, 1, 1, 0, 0, 1), fold: { pe: 4, simd: 64 } },
  { shape: shape(6, 7, 64, 11, 3, 1, 0, 0, 2), fold: { pe: 11, simd: 64 }, xilinx: true },
  { shape: shape(10, 10, 2, 7, 3, 3, 0, 0, 1), fold: { pe: 7, simd: 1 } },
];

const frames = 4;
export const duts: readonly EarlyDut[] = points.map(({ shape, fold, early = bothEarly, gate = false, xilinx }) => {
  const layer = randomLayer(shape);
  const inputs = counted(frames).map(() => randomMap(layer));
  const plan = {
    layer,
    fold,
    ...calibrate(
      layer,
      fold.simd,
      counted(6).map(() => randomMap(layer)),
    ),
  };
  return {
    plan,
    options: { early, gate, popcountStyle: xilinx ? 'xilinx' : 'portable' },
    inputs,
    outputs: inputs.map((map) => defined(layer, map)),
  };
});
export const expectedTiles = duts.map(({ plan, options, inputs }) => ({
  dense: frames * denseTiles(plan.layer, plan.fold.simd),
  executed: sumOf(tilesWalked(plan, options.early, inputs)),
}));
