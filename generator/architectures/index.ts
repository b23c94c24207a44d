// SPDX-License-Identifier: Apache-2.0
/** The registry: one line an architecture. The first is taken where neither user nor board name one. */
import type { Architecture } from '../design/architecture.ts';
import { dataflow } from './dataflow/index.ts';
import { sharedArray } from './shared-array/index.ts';
import { sparse } from './sparse/index.ts';

export const architectures: readonly [Architecture, ...Architecture[]] = [dataflow, sharedArray, sparse];
