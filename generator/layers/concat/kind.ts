// SPDX-License-Identifier: Apache-2.0
/** Maps side by side: the channels of one after those of the other. */
import { addLayer, type Stream } from '../../dsl/network.ts';
import { int, showUnit, type Int } from '../../ir/types.ts';
import type { LayerModel } from '../../layer-kind/layer-kind.ts';

/** Channels of all inputs, in their order; maps of one size, integers of one unit. */
export function concat(name: string, inputs: readonly Stream<'int'>[], ...surplus: readonly never[]): Stream<'int'> {
  return addLayer({ name, kind: 'concat', inputs, options: {}, rules: {}, surplus }, 'int');
}

export const model: LayerModel = {
  kind: 'concat',
  title: 'concatenation',
  infer(_node, inputs, report) {
    const elements = inputs.map(({ element }) => element);
    if (elements.some(({ type }) => type !== 'int')) {
      report('NN005', { got: 'a concatenation of bits', legal: 'integers' });
      return undefined;
    }
    const integers = elements as readonly Int[];
    const sizes = new Set(inputs.map(({ height, width }) => `${height}×${width}`));
    const units = new Set(integers.map(showUnit));
    if (inputs.length === 0 || sizes.size > 1)
      report('NN005', { got: `maps of ${[...sizes].join(' and ') || 'no layers'}`, legal: 'maps of one size' });
    else if (units.size > 1)
      report('NN005', {
        got: `units of ${[...units].join(' and ')}`,
        legal: 'one unit',
        fix: 'give the layers before it one format',
      });
    else {
      const [{ height, width }] = inputs as [(typeof inputs)[number]];
      const [{ scale, offset }] = integers as [Int];
      const [min, max] = [Math.min(...integers.map((e) => e.min)), Math.max(...integers.map((e) => e.max))];
      return {
        height,
        width,
        channels: inputs.reduce((sum, x) => sum + x.channels, 0),
        element: int(min, max, scale, offset),
      };
    }
    return undefined;
  },
};
