/** The generated top: a view-model of cells and streams for templates/top/top.v.hbs. */
import { elementCount, showType } from '../ir/types.ts';
import { beatBits, beatsPerFrame, type Cell, type HardwareStream, type ParameterValue } from '../map/hardware.ts';
import type { Design } from '../pipeline.ts';
import { render, type ViewModel } from './render.ts';

/** Module name of the design's top. */
export function topName(design: Design): string {
  return `${design.name}_top`;
}

function verilogValue(value: ParameterValue): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  return `${value.bits}'h${value.hex}`;
}

type Port = readonly [string, string];

function streamPorts(side: 's_axis' | 'm_axis', stream: string): Port[] {
  return ['tdata', 'tvalid', 'tready'].map((wire) => [`${side}_${wire}`, `${stream}_${wire}`] as const);
}

function cellView(comment: string, module: string, instance: string, parameters: Cell['parameters'], ports: readonly Port[]): ViewModel {
  const entries = Object.entries(parameters);
  const all: readonly Port[] = [['clk', 'clk'], ['rst', 'rst'], ...ports];
  return {
    comment,
    module,
    instance,
    parameters: entries.map(([parameter, value], i) => ({ parameter, value: verilogValue(value), comma: i < entries.length - 1 ? ',' : '' })),
    ports: all.map(([port, signal], i) => ({ port, signal, comma: i < all.length - 1 ? ',' : '' })),
  };
}

/** Frames that can be inside the pipeline at once: two per engine's buffers is plenty, and the FIFO only ever waits. */
function statusDepth(design: Design): number {
  return Math.max(16, 4 * design.placement.engines.length);
}

/** Streams of the design, in order: engine outputs and the narrower or wider ones between. */
export function allStreams(design: Design): HardwareStream[] {
  const { engines } = design.placement;
  return [engines[0]!.output, ...engines.flatMap((engine) => engine.cells.map((cell) => cell.output))];
}

function engineLine(engine: Design['placement']['engines'][number]): string {
  const work = engine.operations > 0 ? `${engine.operations} ops; ${engine.lanes} lanes` : 'no arithmetic';
  return `${engine.name} (${engine.title}): ${work}; ${engine.cycles} clocks`;
}

/** Verilog text of the top module. `header` lines say version, hash and how to rebuild. */
export function verilogTop(design: Design, header: readonly string[]): string {
  const { engines } = design.placement;
  const pixels = engines[0]!.output;
  const result = engines.at(-1)!.output;
  const ingress = cellView(
    `Frames of ${beatsPerFrame(pixels)} beats, whatever tlast says.`,
    'nn_ingress',
    'u_ingress',
    { DATA_W: beatBits(pixels), BEATS: beatsPerFrame(pixels) },
    [...streamPorts('s_axis', 's_axis'), ['s_axis_tlast', 's_axis_tlast'], ...streamPorts('m_axis', pixels.name), ...streamPorts('m_axis', 'status_in').map(([port, signal]): Port => [port.replace('m_axis', 'status'), signal])],
  );
  const status = cellView('', 'nn_fifo', 'u_status', { DATA_W: 1, DEPTH: statusDepth(design) }, [
    ...streamPorts('s_axis', 'status_in'),
    ...streamPorts('m_axis', 'status_out'),
  ]);
  const egress = cellView(
    'Results of good frames only.',
    'nn_egress',
    'u_egress',
    { DATA_W: beatBits(result), BEATS: elementCount(result.type) },
    [
      ...streamPorts('s_axis', result.name),
      ...streamPorts('s_axis', 'status_out').map(([port, signal]): Port => [port.replace('s_axis', 'status'), signal]),
      ...streamPorts('m_axis', 'm_axis'),
      ['m_axis_tlast', 'm_axis_tlast'],
      ['frame_error', 'frame_error'],
    ],
  );
  const cells = engines.flatMap((engine) =>
    engine.cells.map((cell) =>
      cellView(`${engine.name}: ${cell.comment}`, cell.module, cell.instance, cell.parameters, [
        ...streamPorts('s_axis', cell.input.name),
        ...streamPorts('m_axis', cell.output.name),
      ]),
    ),
  );
  return render('top/top.v.hbs', {
    header: [...header],
    top: topName(design),
    inMsb: beatBits(pixels) - 1,
    engines: engines.map(engineLine),
    streams: allStreams(design).map((stream) => ({
      stream: stream.name,
      msb: beatBits(stream) - 1,
      comment: `${showType(stream.type).replaceAll('×', 'x')}: ${stream.lanes} lane(s) of ${stream.elementBits} bit(s), ${beatsPerFrame(stream)} beats a frame`,
    })),
    cells: [ingress, { ...status, comment: 'Status bits wait here for their frames.' }, ...cells, egress],
  });
}
