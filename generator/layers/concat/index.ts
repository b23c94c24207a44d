// SPDX-License-Identifier: Apache-2.0
import type { LayerKind } from '../../layer-kind/layer-kind.ts';
import { cost } from './cost.ts';
import { engine } from './sparse.ts';
import { golden } from './golden.ts';
import { model } from './kind.ts';
import { lowering } from './lower.ts';

export const concat: LayerKind = { ...model, golden, cost, lowering, engine };
