// SPDX-License-Identifier: Apache-2.0
import { matvecCost } from '../../architectures/dataflow/matvec/cost.ts';
import { matvecLowering } from '../../architectures/dataflow/matvec/lower.ts';
import type { DataflowLayer } from '../../architectures/dataflow/layer/layer.ts';
import { matvecEarly } from '../../architectures/dataflow/early/kind.ts';

export const dataflow: DataflowLayer = { cost: matvecCost, lowering: matvecLowering, early: matvecEarly };
