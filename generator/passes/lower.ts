// SPDX-License-Identifier: Apache-2.0
import type { TypedGraph } from '../ir/graph.ts';
import { absorbMirrors } from './absorb-mirrors.ts';
import { movePools } from './move-pools.ts';

/** Rewrites that keep the function: pools behind thresholds, mirrored compares into weights. */
export function lower(typed: TypedGraph): TypedGraph {
  return absorbMirrors(movePools(typed));
}
