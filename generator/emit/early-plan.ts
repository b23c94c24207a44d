/** report/early.json: the orders that early decision goes by, for people and scripts; mem/ holds the same for hardware. */
import type { Design } from '../pipeline.ts';

/** Undefined where no engine decides early. */
export function earlyPlanText({ placement, channelOrders, options: { calibration } }: Design): string | undefined {
  const engines = placement.engines.filter(({ orders }) => orders);
  if (!calibration || engines.length === 0) return undefined;
  const lines = [
    `"calibration": ${JSON.stringify({ source: calibration.path === undefined ? 'random pixels' : 'images', frames: calibration.frames.length })}`,
    // Place i holds channel order[i] of the network as it was written.
    `"channels": {\n${[...channelOrders].map(([name, orders]) => `    "${name}": ${JSON.stringify(orders)}`).join(',\n')}\n  }`,
    `"engines": {\n${engines.map(({ name, orders }) => `    "${name}": ${JSON.stringify(orders)}`).join(',\n')}\n  }`,
  ];
  return `{\n  ${lines.join(',\n  ')}\n}\n`;
}
