// SPDX-License-Identifier: Apache-2.0
import type { LayerLowering } from '../../layer-kind/layer-kind.ts';
import { matvecLowering } from '../../architectures/dataflow/matvec/lower.ts';

export const lowering: LayerLowering = matvecLowering;
