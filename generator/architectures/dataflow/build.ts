// SPDX-License-Identifier: Apache-2.0
/** Every layer its own engine. */
import { fail } from '../../errors/errors.ts';
import { usage } from '../../hardware/fit.ts';
import { mostFramesPerSecond } from '../../hardware/rate.ts';
import { hashGraph } from '../../ir/print.ts';
import type { TypedGraph } from '../../ir/graph.ts';
import type { Architecture } from '../../design/architecture.ts';
import type { StreamDesign } from '../../stream-top/design.ts';
import { totalCost } from '../../stream-top/placed-cost.ts';
import type { Placement } from '../../stream-top/placement.ts';
import { unfolded } from './map/candidates.ts';
import { place } from './map/place.ts';
import {
  choosing,
  fastestThatFits,
  mappable,
  placeAt,
  toMap,
  type DataflowOptions,
  type Mappable,
} from './map/search.ts';
import { channelOrders, orderChannels } from './order-channels.ts';

export interface DataflowDesign extends StreamDesign {
  readonly options: DataflowOptions;
}

type Mapped = Pick<StreamDesign, 'lowered' | 'placement' | 'channelOrders'>;

/** The same engines on channels in the orders that early decision wants, each calibrated at length. */
function settle({ graph, calibration }: Mappable, placement: Placement, options: DataflowOptions): Mapped {
  if (!calibration || !placement.engines.some(({ orders }) => orders))
    return { lowered: graph, placement, channelOrders: new Map() };
  const thorough = mappable(graph, options, choosing).calibration;
  const orders = channelOrders(
    graph,
    placement.engines.map((engine) => ({ ...engine, calibration: thorough })),
  );
  const ordered = mappable(orderChannels(graph, orders), options, choosing);
  const folds = new Map(
    placement.engines.flatMap(({ nodes, fold }) => nodes.map((node, i) => [node.name, i === 0 ? fold : unfolded])),
  );
  const { primitives, reuse, early, gate } = options;
  const materials = {
    primitives,
    reuse,
    early,
    gate,
    calibration: ordered.calibration,
    lutPerBram: placement.lutPerBram,
  };
  return {
    lowered: ordered.graph,
    placement: place(ordered.graph, folds, placement.interval, materials),
    channelOrders: orders,
  };
}

/** Every layer its own engine. NN015 where the rate is out of reach. */
function onEngines(typed: TypedGraph, options: DataflowOptions): Mapped {
  const mappable = toMap(typed, options);
  // A frame in the age of the universe leaves more clocks than can be counted: the slowest design will do.
  const clocks = (fps: number) => Math.min(Number.MAX_SAFE_INTEGER, Math.floor((options.clockMhz * 1e6) / fps));
  const interval = options.fps === 'max' ? 0 : clocks(options.fps);
  const chosen = options.fps === 'max' ? fastestThatFits(mappable, options) : placeAt(mappable, interval, options);
  if (options.fps !== 'max' && !options.pins && chosen.interval > interval) {
    const slow = chosen.engines.filter((e) => e.cycles > interval).map((e) => `${e.name} ${e.cycles}`);
    const rate = mostFramesPerSecond(options.clockMhz, chosen.interval);
    fail({
      code: 'NN015',
      where: `${typed.name} at ${options.clockMhz} MHz`,
      got:
        `${options.fps} frames/s leave ${interval} clocks a frame; at their fastest these need more: ` +
        `${slow.join(', ')}`,
      legal: `up to ${rate} frames/s`,
      fix: `--fps ${rate} or less, or a faster --clock`,
    });
  }
  return settle(mappable, chosen, options);
}

/**
 * @param architecture that the design answers as
 * A design that does not fit is returned, not refused: `requireFit` refuses it. NN006 and NN015 as `onEngines`.
 */
export function buildDataflow(typed: TypedGraph, options: DataflowOptions, architecture: Architecture): DataflowDesign {
  const mapped = onEngines(typed, options);
  const { placement } = mapped;
  return {
    name: typed.name,
    architecture,
    options,
    typed,
    ...mapped,
    usage: usage(totalCost(placement), options.board),
    interval: placement.interval,
    irHash: hashGraph(typed),
  };
}
