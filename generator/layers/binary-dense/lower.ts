// SPDX-License-Identifier: Apache-2.0
import type { LayerLowering } from '../layer-kind.ts';
import { matvecLowering } from '../matvec/lower.ts';

export const lowering: LayerLowering = matvecLowering;
