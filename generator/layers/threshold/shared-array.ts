// SPDX-License-Identifier: Apache-2.0
import type { SharedRole } from '../../architectures/shared-array/layer/role.ts';

export const sharedArray: SharedRole = {
  part: 'compare',
  thresholds: ({ parameters }) => ({
    theta: parameters['theta']!.data as Int32Array,
    mirrored: parameters['mirrored']!.data as Uint8Array,
  }),
};
