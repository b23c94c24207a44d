// SPDX-License-Identifier: Apache-2.0
/** Weights as the array reads them, a word a step, and what their unused taps add to a sum. */
import { hexWord } from '../../hardware/hardware.ts';
import type { ArrayShape } from './array-shape.ts';
import type { InputMap } from './bank-maps.ts';
import type { LayerPlan } from './plan.ts';

/** A step of a filter: which tap of its kernel each of the unit's bits sees; −1 where it sees none. */
export interface Step {
  readonly taps: Int32Array;
  /** Padding as the unit sees it there, by bit. */
  readonly pad: Uint8Array;
}

/** Which taps of the kernel a filter's steps see, in the order of the steps: once for all filters. */
export function stepsOf(plan: LayerPlan, { group }: ArrayShape, planes: InputMap['planes']): Step[] {
  const { input, layer } = plan;
  const { channels, groups } = input;
  const kernel = layer.window.kernel === 'map' ? 1 : layer.window.kernel;
  const step = (tapOf: (tap: number, bit: number) => number, padOf: (bit: number) => number): Step => ({
    taps: Int32Array.from({ length: 9 * group }, (_, i) => tapOf(Math.floor(i / group), i % group)),
    pad: Uint8Array.from({ length: 9 * group }, (_, i) => padOf(i % group)),
  });
  const numbers = (n: number) => Array.from({ length: n }, (_, i) => i);
  const inKernel = (tap: number) => Math.floor(tap / 3) < kernel && tap % 3 < kernel;
  const placeOf = (tap: number) => Math.floor(tap / 3) * kernel + (tap % 3);
  if (planes)
    return numbers(groups).map((index) => {
      const lowest = (groups - 1 - index) * (group / 4);
      return step(
        (tap, bit) => (inKernel(tap) && bit % 4 < channels ? placeOf(tap) * channels + (bit % 4) : -1),
        (bit) => (planes.pad >> (lowest + (bit >> 2))) & 1,
      );
    });
  if (!plan.point)
    return numbers(groups).map((index) => {
      // A group that is there twice: its upper half is another filter's.
      const width = input.twice && index === groups - 1 ? group / 2 : group;
      return step(
        (tap, bit) => {
          const channel = index * group + bit;
          return inKernel(tap) && bit < width && channel < channels ? placeOf(tap) * channels + channel : -1;
        },
        () => input.fill,
      );
    });
  const pixels = plan.dense ? input.height * input.width : 1;
  return numbers(pixels).flatMap((pixel) =>
    numbers(plan.steps).map((index) =>
      step(
        (tap, bit) => {
          const channel = (9 * index + tap) * group + bit;
          return channel < channels ? pixel * channels + channel : -1;
        },
        () => input.fill,
      ),
    ),
  );
}

/** Where a weight of a layer stands; undefined where a bit sees no tap, or no filter is left. */
type WeightAt = (word: number, bit: number) => { readonly filter: number; readonly tap: number } | undefined;

/** Words of a layer, and what their bits are: unit u's bit i of a word stands at u·9·group + i. */
export function weightPlaces(
  plan: LayerPlan,
  { group }: ArrayShape,
  steps: readonly Step[],
): { readonly words: number; readonly at: WeightAt } {
  const filters = plan.layer.array.type.channels;
  const { units } = plan;
  const unitBits = 9 * group;
  const words = Array.from({ length: plan.passes }, (_, pass) => pass).flatMap((pass) =>
    steps.flatMap(({ taps }, index) => {
      const half = plan.split && index === steps.length - 1;
      return half && pass % 2 === 1 ? [] : [{ pass, taps, half }]; // in the pass before
    }),
  );
  return {
    words: words.length,
    at: (word, i) => {
      const { pass, taps, half } = words[word]!;
      const bit = i % unitBits;
      const upper = half && bit % group >= group / 2;
      const filter = pass * units + Math.floor(i / unitBits) + (upper ? units : 0);
      const tap = taps[upper ? bit - group / 2 : bit]!;
      return tap < 0 || filter >= filters ? undefined : { filter, tap };
    },
  };
}

/** Bits without a weight are 0. */
export function weightWords(plan: LayerPlan, shape: ArrayShape, steps: readonly Step[]): string[] {
  const { data } = plan.layer.array.parameters['weights']!;
  const fanIn = data.length / plan.layer.array.type.channels;
  const { words, at } = weightPlaces(plan, shape, steps);
  const weight = (found: ReturnType<WeightAt>) => (found ? data[found.filter * fanIn + found.tap]! : 0);
  const width = plan.units * 9 * shape.group;
  return Array.from({ length: words }, (_, word) => hexWord(width, (bit) => weight(at(word, bit))));
}

/**
 * What a filter's sum in the array exceeds the golden model's by. The sum counts agreements; bits that see no tap meet
 * a weight
 * of 0 and always what padding is, so that they add a constant, and bit planes b add Σ 2^b·agreements = Σ ±x + a
 * constant.
 * The difference, the same for every window, is therefore that of a window of padding alone.
 */
export function offsets(
  plan: LayerPlan,
  { group }: ArrayShape,
  steps: readonly Step[],
  planes: InputMap['planes'],
): Int32Array {
  const { data } = plan.layer.array.parameters['weights']!;
  const filters = plan.layer.array.type.channels;
  const fanIn = data.length / filters;
  const padBit = plan.input.fill;
  return Int32Array.from({ length: filters }, (_, filter) => {
    const row = data.subarray(filter * fanIn, (filter + 1) * fanIn);
    let counted = 0;
    steps.forEach(({ taps, pad }, index) => {
      const half = plan.split && index === steps.length - 1;
      let agreements = 0;
      for (let i = 0; i < taps.length; i++) {
        if (half && i % group >= group / 2) continue;
        const w = taps[i]! < 0 ? 0 : row[taps[i]!]!;
        if (w === pad[i]) agreements += planes ? 2 ** ((i % group) >> 2) : 1;
      }
      counted = planes ? counted * 2 ** (group / 4) + agreements : counted + agreements;
    });
    let defined = 0;
    for (const w of row) defined += planes ? (w ? 1 : -1) * (planes.pad - planes.raise) : Number(w === padBit);
    return counted - defined;
  });
}
