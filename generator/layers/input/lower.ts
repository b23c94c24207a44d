// SPDX-License-Identifier: Apache-2.0
import type { LayerLowering } from '../../layer-kind/layer-kind.ts';

/** The top's ingress is the input's hardware; no further cell. */
export const lowering: LayerLowering = { lower: () => [] };
