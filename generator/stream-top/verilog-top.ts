// SPDX-License-Identifier: Apache-2.0
/** The generated top: a view-model of instances and streams for templates/top/top.v.hbs. */
import { showType } from '../ir/types.ts';
import { beatBits, beatsPerFrame, type HardwareStream, type ParameterValue } from '../hardware/hardware.ts';
import type { PlacedEngine } from './placement.ts';
import { topName } from '../design/architecture.ts';
import type { StreamDesign } from './design.ts';
import type { Instance } from '../hardware/instance.ts';
import { instancesOf } from './instances.ts';
import { render, type ViewModel } from '../templates/render.ts';

function verilogValue(value: ParameterValue): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  return `${value.bits}'h${value.hex}`;
}

/** List items with the comma that follows all but the last. */
function withCommas<T extends ViewModel>(items: readonly T[]): (T & { comma: string })[] {
  return items.map((item, i) => ({ ...item, comma: i < items.length - 1 ? ',' : '' }));
}

function instanceView({ comment, module, name, parameters, ports }: Instance): ViewModel {
  return {
    comment,
    module,
    instance: name,
    parameters: withCommas(
      Object.entries(parameters).map(([parameter, value]) => ({ parameter, value: verilogValue(value) })),
    ),
    ports: withCommas(ports.map(({ port, signal }) => ({ port, signal }))),
  };
}

/** Streams of the design, in order: engine outputs and the narrower or wider ones between. */
function streamsOf(design: StreamDesign): HardwareStream[] {
  const { engines } = design.placement;
  return [
    engines[0]!.output,
    ...engines.flatMap((engine) =>
      engine.cells.flatMap(({ output, branch }) => (branch ? [output, branch] : [output])),
    ),
  ];
}

function engineLine(engine: PlacedEngine): string {
  const work = engine.operations > 0 ? `${engine.operations} operations; ${engine.lanes} lanes` : 'no arithmetic';
  return `${engine.name} (${engine.title}): ${work}; ${engine.cycles} clocks`;
}

/** Verilog text of the top module. `header` lines say version, hash and how to rebuild. */
export function verilogTop(design: StreamDesign, header: readonly string[]): string {
  const inPixels = design.placement.engines[0]!.output.pixels;
  return render('top/top.v.hbs', {
    header: [...header],
    top: topName(design),
    inPixels: inPixels === 1 ? 'one pixel' : `${inPixels} neighbouring pixels`,
    inMsb: beatBits(design.placement.engines[0]!.output) - 1,
    engines: design.placement.engines.map(engineLine),
    streams: streamsOf(design).map((stream) => ({
      stream: stream.name,
      msb: beatBits(stream) - 1,
      comment:
        `${showType(stream.type).replaceAll('×', 'x')}: ${stream.lanes} x ${stream.elementBits} bit, ` +
        `${beatsPerFrame(stream)} beats a frame`,
    })),
    instances: instancesOf(design).map(instanceView),
  });
}
