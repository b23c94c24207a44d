// SPDX-License-Identifier: Apache-2.0
/** The end of a residual path: two streams of one format, added. */
import { addLayer, type Stream } from '../../dsl/network.ts';
import { hasOffset, sameUnit, showElement, showType, showUnit } from '../../ir/types.ts';
import type { LayerModel } from '../../layer-kind/layer-kind.ts';

/** y = clamp(x1 + x2, min, max) in the format that both have. */
export function add(name: string, x1: Stream<'int'>, x2: Stream<'int'>, ...surplus: readonly never[]): Stream<'int'> {
  return addLayer({ name, kind: 'add', inputs: [x1, x2], options: {}, rules: {}, surplus }, 'int');
}

export const model: LayerModel = {
  kind: 'add',
  title: 'add',
  infer(_node, [x1, x2], report) {
    const refuse = (got: string, legal: string) => report('NN005', { got, legal });
    const [first, second] = [x1!.element, x2!.element];
    if (first.type !== 'int' || second.type !== 'int')
      refuse(`a sum of ${showElement(first)} and ${showElement(second)}`, 'integers');
    else if (showType(x1!) !== showType(x2!))
      refuse(`a sum of ${showType(x1!)} and ${showType(x2!)}`, 'maps of one shape and format');
    else if (!sameUnit(first, second)) refuse(`a sum of units ${showUnit(first)} and ${showUnit(second)}`, 'one unit');
    else if (hasOffset(first)) refuse('a sum of popcounts', 'integers that stand for multiples of their unit');
    else return x1;
    return undefined;
  },
};
