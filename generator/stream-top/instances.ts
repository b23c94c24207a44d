// SPDX-License-Identifier: Apache-2.0
/** Every cell instance of a design's top: the engines' cells between the ingress and the egress. */
import { elementCount } from '../ir/types.ts';
import { beatBits, beatsPerFrame } from '../hardware/hardware.ts';
import type { Connection, Instance } from '../hardware/instance.ts';
import type { StreamDesign } from './design.ts';

const clocked: readonly Connection[] = [
  { port: 'clk', signal: 'clk', direction: 'in' },
  { port: 'rst', signal: 'rst', direction: 'in' },
];

/** The three wires of a stream: data and valid run one way, ready the other. */
function stream(port: string, signal: string, side: 'in' | 'out', last = false): Connection[] {
  const back = side === 'in' ? 'out' : 'in';
  const wires: [string, 'in' | 'out'][] = [
    ['tdata', side],
    ['tvalid', side],
    ['tready', back],
  ];
  if (last) wires.push(['tlast', side]);
  return wires.map(([wire, direction]) => ({ port: `${port}_${wire}`, signal: `${signal}_${wire}`, direction }));
}

/** Frames that can be under way at once: two per engine's buffers is plenty, and beyond that the input only waits. */
function statusDepth(design: StreamDesign): number {
  return Math.max(16, 4 * design.placement.engines.length);
}

export function instancesOf(design: StreamDesign): Instance[] {
  const { engines } = design.placement;
  const pixels = engines[0]!;
  const result = engines.at(-1)!;
  const ingress: Instance = {
    name: 'u_ingress',
    module: 'nn_ingress',
    comment: `frames of exactly ${beatsPerFrame(pixels.output)} beats, whatever tlast says`,
    engine: pixels.name,
    parameters: { DATA_W: beatBits(pixels.output), BEATS: beatsPerFrame(pixels.output) },
    ports: [
      ...clocked,
      ...stream('s_axis', 's_axis', 'in', true),
      ...stream('m_axis', pixels.output.name, 'out'),
      ...stream('status', 'status_in', 'out'),
    ],
  };
  const status: Instance = {
    name: 'u_status',
    module: 'nn_fifo',
    comment: 'status bits wait here for their frames',
    engine: result.name,
    parameters: { DATA_W: 1, DEPTH: statusDepth(design) },
    ports: [...clocked, ...stream('s_axis', 'status_in', 'in'), ...stream('m_axis', 'status_out', 'out')],
  };
  const egress: Instance = {
    name: 'u_egress',
    module: 'nn_egress',
    comment: 'results of good frames only',
    engine: result.name,
    parameters: { DATA_W: beatBits(result.output), BEATS: elementCount(result.output.type) },
    ports: [
      ...clocked,
      ...stream('s_axis', result.output.name, 'in'),
      ...stream('status', 'status_out', 'in'),
      ...stream('m_axis', 'm_axis', 'out', true),
      { port: 'frame_error', signal: 'frame_error', direction: 'out' },
    ],
  };
  const cells = engines.flatMap((engine) =>
    engine.cells.map(
      (cell): Instance => ({
        name: cell.instance,
        module: cell.module,
        comment: `${engine.name}: ${cell.comment}`,
        engine: engine.name,
        parameters: cell.parameters,
        ports: [
          ...clocked,
          ...stream('s_axis', cell.input.name, 'in'),
          ...(cell.shortcut ? stream('s1_axis', cell.shortcut.name, 'in') : []),
          ...stream('m_axis', cell.output.name, 'out'),
          ...(cell.branch ? stream('m1_axis', cell.branch.name, 'out') : []),
        ],
      }),
    ),
  );
  return [ingress, status, ...cells, egress];
}
