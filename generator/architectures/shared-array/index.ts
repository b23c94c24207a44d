// SPDX-License-Identifier: Apache-2.0
/** One array for all layers, which take turns on it. */
export type { SharedDesign } from './build.ts';
export type { SharedOptions } from './choose-array.ts';
import type { Architecture } from '../../design/architecture.ts';
import type { TypedGraph } from '../../ir/graph.ts';
import { fps, primitives, requireTarget } from '../../options/target.ts';
import { streamAnswers } from '../../stream-top/answers.ts';
import { buildShared as buildAs, type SharedDesign } from './build.ts';
import type { SharedOptions } from './choose-array.ts';
import { compareUnshared } from './compare-unshared.ts';
import { split, taps, units, unshared } from './options.ts';

export const sharedArray: Architecture = {
  ...streamAnswers,
  name: 'shared',
  help: 'one array for all layers',
  options: [fps, primitives, units, taps, split, unshared],
  own: { kc705: { fps: '1200' } },
  suffix: (options) => (options['unshared'] ? 'unshared' : 'shared'),
  design(typed, target, values) {
    const wish = {
      units: values['units'] as number | undefined,
      taps: values['taps'] as number | undefined,
      split: values['split'] !== 'off',
      unshared: values['unshared'] === true,
    };
    return buildShared(typed, { ...target, ...wish });
  },
  compare(design: SharedDesign, folder, lut, request, onProgress) {
    if (!design.options.unshared) return undefined;
    const shared = buildShared(design.typed, { ...design.options, unshared: false });
    return compareUnshared(design, shared, { folder, lut, request, onProgress });
  },
};

/** A design that does not fit is returned, not refused. NN001, NN006, NN015 where it cannot be built. */
export const buildShared = (typed: TypedGraph, options: SharedOptions): SharedDesign => {
  requireTarget(options);
  return buildAs(typed, options, sharedArray);
};
