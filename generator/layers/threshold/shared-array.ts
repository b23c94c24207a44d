// SPDX-License-Identifier: Apache-2.0
import type { SharedRole } from '../../layer-kind/layer-kind.ts';

export const shared: SharedRole = {
  part: 'compare',
  thresholds: ({ parameters }) => ({
    theta: parameters['theta']!.data as Int32Array,
    mirrored: parameters['mirrored']!.data as Uint8Array,
  }),
};
