// SPDX-License-Identifier: Apache-2.0
import type { SharedRole } from '../../architectures/shared-array/layer/role.ts';

export const sharedArray: SharedRole = {
  part: 'scale',
  map({ attributes, parameters }) {
    const { min, max } = attributes as { min: number; max: number };
    const data = (key: string) => parameters[key]!.data as Int32Array;
    return { a: data('a'), b: data('b'), shift: data('shift')[0]!, min, max };
  },
};
