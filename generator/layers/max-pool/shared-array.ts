// SPDX-License-Identifier: Apache-2.0
import type { SharedRole } from '../../layer-kind/layer-kind.ts';

export const shared: SharedRole = {
  part: 'pool',
  pool({ attributes, parameters }) {
    const { size, stride } = attributes as { size: number; stride: number };
    return { size, stride, minimum: parameters['minimum']!.data as Uint8Array };
  },
};
