// SPDX-License-Identifier: Apache-2.0
import type { Architecture } from '../../design/architecture.ts';
import { usage } from '../../hardware/fit.ts';
import type { TypedGraph } from '../../ir/graph.ts';
import { hashGraph } from '../../ir/print.ts';
import { lower } from '../../passes/lower.ts';
import type { StreamDesign } from '../../stream-top/design.ts';
import { totalCost } from '../../stream-top/placed-cost.ts';
import { chooseArray, type SharedOptions } from './choose-array.ts';

export interface SharedDesign extends StreamDesign {
  readonly options: SharedOptions;
}

/**
 * @param architecture that the design answers as
 * A design that does not fit is returned, not refused. NN001, NN006, NN015 where it cannot be built.
 */
export function buildShared(typed: TypedGraph, options: SharedOptions, architecture: Architecture): SharedDesign {
  const lowered = lower(typed);
  const placement = chooseArray(lowered, options);
  return {
    name: typed.name,
    architecture,
    options,
    typed,
    lowered,
    placement,
    channelOrders: new Map(),
    usage: usage(totalCost(placement), options.board),
    interval: placement.interval,
    irHash: hashGraph(typed),
  };
}
