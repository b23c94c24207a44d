// SPDX-License-Identifier: Apache-2.0
/** Names of a network's classes: those that its weights bring, else those that its file exports. */
import { show } from '../../generator/dsl/options.ts';
import { fail } from '../../generator/errors/errors.ts';
import { classCount, type TypedGraph } from '../../generator/ir/graph.ts';
import type { NetworkModule } from '../../generator/network-file/load-network.ts';

/** One a class, in their order; undefined where nobody names them. NN004 for an export that is no list of names. */
export function namesOfClasses(
  { classNames: given }: NetworkModule,
  { name, nodes, weights }: TypedGraph,
): readonly string[] | undefined {
  if (weights.classNames || given === undefined) return weights.classNames;
  const classes = classCount(nodes);
  const isNames = (value: unknown): value is readonly string[] =>
    Array.isArray(value) && value.length === classes && value.every((each) => typeof each === 'string');
  return isNames(given)
    ? given
    : fail({
        code: 'NN004',
        where: `${name} › classNames`,
        got: show(given),
        legal: `a list of ${classes} texts, a name for each class`,
      });
}
