// SPDX-License-Identifier: Apache-2.0
/** The decision: raw scores of the classes, then the class. */
import { addLayer, type Stream } from '../../dsl/network.ts';
import { number, oneOf, optional, type Rules } from '../../dsl/options.ts';
import { elementCount, int } from '../../ir/types.ts';
import type { LayerModel } from '../../layer-kind/layer-kind.ts';

export interface DecideOptions {
  /** One score each: the input has as many values, on a map of 1×1. */
  readonly classes: number;
  /**
   * Says of any other input which values are scores: the first `classes` in (y, x, channel) order, and so many behind
   * them are none, such as the padding of imported networks.
   */
  readonly ignore?: number;
  /** `first_max`: the first of the highest scores. `highest_bit`: the highest index whose value is not 0, else 0. */
  readonly rule?: 'first_max' | 'highest_bit';
}

const rules = ['first_max', 'highest_bit'] as const;
const optionRules: Rules<DecideOptions> = {
  classes: number,
  ignore: optional(number),
  rule: optional(oneOf(...rules)),
};

export function decide(name: string, x: Stream<'bipolar' | 'int'>, options: DecideOptions): Stream<'scores'> {
  const attributes = ({ classes, ignore, rule = 'first_max' }: DecideOptions) => ({
    classes,
    rule,
    ...(ignore === undefined ? {} : { ignore }),
  });
  return addLayer({ name, kind: 'decide', inputs: [x], options, rules: optionRules, attributes }, 'scores');
}

export const model: LayerModel = {
  kind: 'decide',
  title: 'decision',
  infer(node, [x], report) {
    const { classes, ignore } = node.attributes as { classes: number; ignore?: number };
    const n = elementCount(x!);
    if (!Number.isInteger(classes) || classes < 1 || classes > n) {
      report('NN005', { got: `classes = ${classes} of ${n} values`, legal: `1..${n}` });
      return undefined;
    }
    const isMap = x!.height > 1 || x!.width > 1;
    const behind = n - classes;
    if (ignore === undefined ? isMap || behind > 0 : ignore !== behind) {
      const given = ignore === undefined ? '' : `, ignore = ${ignore}`;
      report('NN005', {
        got: `classes = ${classes}${given} of ${isMap ? `a ${x!.height}×${x!.width} map of ` : ''}${n} values`,
        legal: ignore === undefined ? 'as many values as classes, on a map of 1×1' : `ignore = ${behind}`,
        fix: `a layer of ${classes} values before it, or ignore: ${behind} where the first ${classes} are the scores`,
      });
      return undefined;
    }
    const { rule } = node.attributes;
    if (!rules.includes(rule as (typeof rules)[number])) {
      report('NN005', { got: `rule = ${JSON.stringify(rule)}`, legal: rules.join(' ') });
      return undefined;
    }
    // Scores and class travel as 32-bit words.
    return { height: 1, width: 1, channels: classes + 1, element: int(-(2 ** 31), 2 ** 31 - 1) };
  },
};
