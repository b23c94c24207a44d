// SPDX-License-Identifier: Apache-2.0
import type { SharedRole } from '../../architectures/shared-array/layer/role.ts';

export const sharedArray: SharedRole = {
  part: 'pool',
  pool({ attributes, parameters }) {
    const { size, stride } = attributes as { size: number; stride: number };
    return { size, stride, minimum: parameters['minimum']!.data as Uint8Array };
  },
};
