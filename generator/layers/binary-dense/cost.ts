// SPDX-License-Identifier: Apache-2.0
import type { LayerCost } from '../layer-kind.ts';
import { matvecCost } from '../matvec/cost.ts';

export const cost: LayerCost = matvecCost;
