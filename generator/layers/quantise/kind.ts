// SPDX-License-Identifier: Apache-2.0
/**
 * Input quantisation: a table with one entry per pixel value, so any rounding a training framework used is exact here.
 */
import { addLayer, type Stream } from '../../dsl/network.ts';
import { refuseFaults } from '../../dsl/call-site.ts';
import { finite, number, numbers, oneOf, optionFaults, surplusFaults, type Rules } from '../../dsl/options.ts';
import { asWritten } from '../../ir/rational.ts';
import { bipolar, int } from '../../ir/types.ts';
import type { LayerModel } from '../../layer-kind/layer-kind.ts';

/** What becomes of pixel p: 256 values. Bipolar tables hold bits 0/1; integer ones stand for `scale · q`. */
export interface PixelTable<E extends 'bipolar' | 'int'> {
  readonly element: E;
  readonly values: readonly number[];
  /** Above 0; a number in a network file means a short fraction where it is one: `1 / 255` is 1/255. */
  readonly scale: number;
}

const pixels = Array.from({ length: 256 }, (_, p) => p);

/** q = p − 128: eight bits, nothing lost. */
export function signedPixels(...surplus: readonly never[]): PixelTable<'int'> {
  refuseFaults('signedPixels', surplusFaults(surplus));
  return { element: 'int', values: pixels.map((p) => p - 128), scale: 1 };
}

/** q = clip(⌊128 · (2p/255 − 1) + ½⌋, −128, 127), standing for q/128: the fixed point of BNN-PYNQ's CNV. */
export function fixedPoint(...surplus: readonly never[]): PixelTable<'int'> {
  refuseFaults('fixedPoint', surplusFaults(surplus));
  const q = (p: number) => Math.max(-128, Math.min(127, Math.floor(128 * ((2 * p) / 255 - 1) + 0.5)));
  return { element: 'int', values: pixels.map(q), scale: 1 / 128 };
}

/** Bit 1 (+1) where p ≥ level. */
export function binarise(level: number, ...surplus: readonly never[]): PixelTable<'bipolar'> {
  refuseFaults('binarise', [...optionFaults({ level: finite }, { level }), ...surplusFaults(surplus)]);
  return { element: 'bipolar', values: pixels.map((p) => (p >= level ? 1 : 0)), scale: 1 };
}

type AnyTable = PixelTable<'bipolar' | 'int'>;

const rules: Rules<AnyTable> = { element: oneOf('bipolar', 'int'), values: numbers, scale: number };

/** Every pixel through the table. */
export function quantise<E extends 'bipolar' | 'int'>(
  name: string,
  x: Stream<'int'>,
  table: PixelTable<E>,
  ...surplus: readonly never[]
): Stream<E> {
  const attributes = ({ values, element, scale }: AnyTable) => ({ values, element, scale });
  const options: AnyTable = table;
  // A table that is none is addLayer's to name.
  const element = (table as typeof table | undefined)?.element as E;
  return addLayer({ name, kind: 'quantise', inputs: [x], options, rules, attributes, surplus }, element);
}

export const model: LayerModel = {
  kind: 'quantise',
  title: 'input quantisation',
  rounds: [{ what: 'the table of `fixedPoint()`, 128 · (2p/255 − 1)', legal: ['half_up'] }],
  infer(node, [x], report) {
    const { values, element, scale } = node.attributes as unknown as PixelTable<'bipolar' | 'int'>;
    if (x!.element.type !== 'int' || x!.element.min !== 0 || x!.element.max !== 255) {
      report('NN005', {
        got: 'an input that is not 8-bit pixels',
        legal: 'int[0..255]',
        fix: 'quantise the input layer',
      });
      return undefined;
    }
    const legal = element === 'bipolar' ? (v: number) => v === 0 || v === 1 : (v: number) => Math.abs(v) < 2 ** 15;
    const wrong = values.findIndex((v) => !Number.isInteger(v) || !legal(v));
    if (values.length !== 256 || wrong >= 0) {
      report('NN013', {
        got: values.length !== 256 ? `a table of ${values.length} values` : `table[${wrong}] = ${values[wrong]}`,
        legal: element === 'bipolar' ? '256 bits' : '256 integers of at most 16 bits',
      });
      return undefined;
    }
    if (!(Number.isFinite(scale) && scale > 0)) {
      report('NN005', { got: `scale = ${scale}`, legal: 'a positive number' });
      return undefined;
    }
    const integers = () => int(Math.min(...values), Math.max(...values), asWritten(scale));
    return { ...x!, element: element === 'bipolar' ? bipolar : integers() };
  },
};
