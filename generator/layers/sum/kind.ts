// SPDX-License-Identifier: Apache-2.0
/**
 * The end of an integer residual path: sums and maps as they are, brought to one unit and added before they are
 * rounded.
 */
import { addLayer, type Stream } from '../../dsl/network.ts';
import { numbers, optional, weightRules, type Rules, type WeightOptions } from '../../dsl/options.ts';
import type { Attributes } from '../../ir/graph.ts';
import { compare, over, powerOfTwo } from '../../ir/rational.ts';
import { hasOffset, int, showElement, showType, showUnit, type Int } from '../../ir/types.ts';
import type { LayerModel } from '../../layer-kind/layer-kind.ts';

export interface SumOptions extends WeightOptions {
  /**
   * Of synthetic weights: those that bring the terms' units to the smallest, unless given. A checkpoint brings its own.
   */
  readonly left?: readonly number[];
}

const rules: Rules<SumOptions> = { left: optional(numbers), ...weightRules };

/**
 * y = clamp(Σ 2^left[i] · x_i, −limit, limit), limit = 2^31 − 1. Tensor `<tensors>.left`, integers 0..15 [inputs]: the
 * terms of greater units are shifted to the smallest.
 */
export function sum(name: string, terms: readonly Stream<'int'>[], options: SumOptions): Stream<'int'> {
  const attributes = ({ left }: SumOptions): Attributes => (left ? { left } : {});
  return addLayer({ name, kind: 'sum', inputs: terms, options, rules, attributes }, 'int');
}

/** Sums saturate beyond ± so much. */
export const limit = 2 ** 31 - 1;
const most = 15;
const inFile = 'change it in the network file';
const isLegalShift = (shift: number) => Number.isInteger(shift) && shift >= 0 && shift <= most;

function smallestOf(units: readonly Int[]): Int {
  return units.reduce((least, next) => (compare(next.scale, least.scale) < 0 ? next : least));
}

/** Shifts that bring the terms to the smallest unit; infer has seen that units differ by powers of two. */
function shiftsToSmallest(units: readonly Int[]): number[] {
  const { scale } = smallestOf(units);
  return units.map((unit) => powerOfTwo(over(unit.scale, scale))!);
}

export const model: LayerModel = {
  kind: 'sum',
  title: 'sum',
  infer(_node, inputs, report) {
    const refuse = (got: string, legal: string, fix?: string) =>
      report('NN005', { got, legal, ...(fix ? { fix } : {}) });
    const shapes = new Set(inputs.map(({ height, width, channels }) => `${height}×${width}×${channels}`));
    const odd = inputs.find(({ element }) => element.type !== 'int' || hasOffset(element));
    if (inputs.length < 2) refuse(`a sum of ${inputs.length} map${inputs.length === 1 ? '' : 's'}`, 'two or more');
    else if (odd)
      refuse(
        odd.element.type === 'int' ? 'a sum of popcounts' : `a sum of ${showElement(odd.element)}`,
        'integers that stand for multiples of their unit',
      );
    else if (shapes.size > 1) refuse(`a sum of ${inputs.map(showType).join(' and ')}`, 'maps of one shape');
    else {
      const units = inputs.map(({ element }) => element as Int);
      const smallest = smallestOf(units);
      const unlike = units.find(({ scale }) => powerOfTwo(over(scale, smallest.scale)) === undefined);
      const { height, width, channels } = inputs[0]!;
      if (!unlike) return { height, width, channels, element: int(-limit, limit, smallest.scale) };
      refuse(`a sum of units ${showUnit(smallest)} and ${showUnit(unlike)}`, 'units that differ by powers of two');
    }
    return undefined;
  },
  resolve(node, inputs, _output, reader) {
    const said = node.attributes['left'] as readonly number[] | undefined;
    const declared = shiftsToSmallest(inputs.map(({ element }) => element as Int));
    const given = said ?? declared;
    const legal = `${inputs.length} integers 0..${most}`;
    if (given.length !== inputs.length || !given.every(isLegalShift))
      reader.refuse('left', `left = [${given.join(', ')}]`, legal, inFile);
    let term = 0;
    const left = reader.integers('left', [inputs.length], () => {
      // Equal units leave the shifts free: behind 8-bit weights they stand for those that calibration would find.
      if (declared.some((shift) => shift !== 0) && given.join() !== declared.join())
        reader.refuse('left', `left = [${given.join(', ')}] on units that differ`, `[${declared.join(', ')}]`, inFile);
      return given[term++]!;
    });
    const wrong = left.findIndex((shift) => !isLegalShift(shift));
    if (wrong >= 0) reader.refuse('left', `left[${wrong}] = ${left[wrong]}`, legal);
    return { left: { shape: [inputs.length], data: left } };
  },
  alignsUnits: true,
};
