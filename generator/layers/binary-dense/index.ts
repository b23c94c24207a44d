// SPDX-License-Identifier: Apache-2.0
import type { LayerKind } from '../../layer-kind/layer-kind.ts';
import { matvecEarly } from '../../architectures/dataflow/early/kind.ts';
import { cost } from './cost.ts';
import { golden } from './golden.ts';
import { model } from './kind.ts';
import { lowering } from './lower.ts';
import { shared } from './shared-array.ts';

export const binaryDense: LayerKind = { ...model, golden, cost, lowering, early: matvecEarly, shared };
