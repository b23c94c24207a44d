// SPDX-License-Identifier: Apache-2.0
/** A design with AXI4-Stream ends: engines one behind the other. */
import type { Design } from '../design/architecture.ts';
import type { TypedGraph } from '../ir/graph.ts';
import type { OrdersByNode } from '../layer-kind/layer-kind.ts';
import type { Placement } from './placement.ts';

export interface StreamDesign extends Design {
  /** After the lowering passes: same function, the form that hardware takes. */
  readonly lowered: TypedGraph;
  readonly placement: Placement;
  /** What early decision has put in other orders since: order[i] is the original channel now at position i. */
  readonly channelOrders: OrdersByNode;
}

export function isStreamDesign(design: Design): design is StreamDesign {
  return design.architecture.interface === 'stream';
}
