// SPDX-License-Identifier: Apache-2.0
import type { SharedRole } from '../../architectures/shared-array/layer/role.ts';

export const sharedArray: SharedRole = {
  part: 'array',
  window: () => ({ kernel: 'map', stride: 1, padSize: 0, padValue: -1 }),
};
