import { newInts } from '../../golden/tensor.ts';
import { elementCount } from '../../ir/types.ts';
import type { Golden } from '../layer-kind.ts';
import { agreements, packRows, signedSums } from '../matvec/golden.ts';
import { sumsOf } from '../threshold/kind.ts';

/** One window: the whole map. */
export const golden: Golden = (node) => {
  const input = node.inputTypes[0]!;
  const units = node.type.channels;
  const weights = node.parameters['weights']!.data;
  const dots =
    input.element.type === 'bipolar'
      ? agreements(packRows(weights, units, input.height * input.width, input.channels), units, elementCount(input))
      : signedSums(weights, units, elementCount(input), sumsOf(node.type).max);
  return ([x]) => {
    const out = newInts(1, 1, units);
    dots(x!.data, out.data, 0);
    return out;
  };
};
