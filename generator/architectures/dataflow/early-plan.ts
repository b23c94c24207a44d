// SPDX-License-Identifier: Apache-2.0
/**
 * report/early.json: the orders that early decision goes by, for people and scripts; mem/ holds the same for hardware.
 */
import type { DataflowDesign } from './build.ts';

function member(name: string, entries: readonly (readonly [string, unknown])[]): string {
  return `"${name}": {\n${entries.map(([key, value]) => `    "${key}": ${JSON.stringify(value)}`).join(',\n')}\n  }`;
}

/** Undefined where no engine decides early. */
export function earlyPlanText({
  placement,
  channelOrders,
  options: { calibration },
}: DataflowDesign): string | undefined {
  const engines = placement.engines.filter(({ orders }) => orders);
  if (!calibration || engines.length === 0) return undefined;
  const lines = [
    '"calibration": ' +
      JSON.stringify({
        source: calibration.path === undefined ? 'random pixels' : 'images',
        frames: calibration.frames.length,
      }),
    // Of the engines whose filters stand in another order: place i holds filter order[i] of the network as it was
    // written.
    member(
      'filters',
      placement.engines.flatMap(({ name }): [string, unknown][] =>
        channelOrders.get(name)?.output ? [[name, channelOrders.get(name)!.output]] : [],
      ),
    ),
    // By channel whether it is inverted, by filter its tiles in the order of their visits; both in the new order.
    member(
      'engines',
      engines.map(({ name, orders }): [string, unknown] => [name, orders]),
    ),
  ];
  return `{\n  ${lines.join(',\n  ')}\n}\n`;
}
