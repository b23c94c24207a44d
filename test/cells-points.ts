// SPDX-License-Identifier: Apache-2.0
/** Parameter points of the library's cells: legal ones, edge cases first, and for every check an illegal one. */
import { arithmeticIllegal, arithmeticPoints } from './cells-points-arithmetic.ts';
import { dataflowIllegal, dataflowPoints } from './cells-points-dataflow.ts';
import { earlyIllegal, earlyPoints } from './cells-points-early.ts';
import { illegalShared, sharedPoints } from './cells-points-shared.ts';
import { sparseIllegal, sparsePoints } from './cells-points-sparse.ts';
import { streamIllegal, streamPoints } from './cells-points-stream.ts';
import { xilinxIllegal, xilinxPoints } from './cells-points-xilinx.ts';
import type { IllegalPoint, Parameters } from './parameter-points.ts';

export const points: Readonly<Record<string, readonly Parameters[]>> = {
  ...streamPoints,
  ...arithmeticPoints,
  ...xilinxPoints,
  ...dataflowPoints,
  ...earlyPoints,
  ...sharedPoints,
  ...sparsePoints,
};

export const illegal: readonly IllegalPoint[] = [
  ...streamIllegal,
  ...arithmeticIllegal,
  ...xilinxIllegal,
  ...dataflowIllegal,
  ...earlyIllegal,
  ...illegalShared,
  ...sparseIllegal,
];
