// SPDX-License-Identifier: Apache-2.0
import type { LayerCost } from '../../layer-kind/layer-kind.ts';
import { matvecCost } from '../../architectures/dataflow/matvec/cost.ts';

export const cost: LayerCost = matvecCost;
