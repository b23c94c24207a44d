// SPDX-License-Identifier: Apache-2.0
/** pareto: every rate that the mapper can reach, against the LUTs it takes by estimate; a table, a chart and JSON. */
import { call } from '../../generator/project/call.ts';
import { join, resolve } from 'node:path';
import { limitPercent } from '../../generator/hardware/fit.ts';
import type { DesignPoint } from '../../generator/design/design-point.ts';
import { fail } from '../../generator/errors/errors.ts';
import { architectures } from '../../generator/architectures/index.ts';
import { writeJson, writeText } from '../../generator/report/merge.ts';
import { paretoSvg } from '../../generator/report/pareto-chart.ts';
import { publishedDesigns } from '../../generator/report/published-designs.ts';
import { table } from '../../generator/report/tables.ts';
import { prepareSweep, type DesignOptions } from './prepare.ts';
import type { CommandResult, Console } from './result.ts';

export type ParetoOptions = DesignOptions;

function frontTable(points: readonly DesignPoint[]): string {
  const rows = points
    .filter(({ isOnFront }) => isOnFront)
    .map((p) => [
      Math.floor(p.framesPerSecond),
      p.interval,
      p.lut,
      p.bram36,
      p.dsp,
      p.fits ? 'yes' : `no: ${p.exceeded.join(' ')}`,
    ]);
  return table(['frames/s', 'clocks', 'LUT (est.)', 'BRAM36 (est.)', 'DSP (est.)', 'fits'], rows);
}

export async function pareto(given: ParetoOptions, out: Console): Promise<CommandResult> {
  const { typed, architecture, target, values } = await prepareSweep(given, out.warn);
  const { board, clockMhz } = target;
  if (!architecture.sweep) {
    const legal = architectures.filter(({ sweep }) => sweep).map(({ name }) => name);
    return fail({
      code: 'NN001',
      where: '--arch',
      got: `${architecture.name}, which has no foldings to sweep`,
      legal: legal.join(' '),
      fix: `--arch ${legal[0]}`,
    });
  }
  const placing = (done: number, of: number) => out.progress(`placing: ${done} of ${of} designs`);
  const points = architecture.sweep(typed, target, values, out.warn, placing);
  const published = publishedDesigns.filter(({ network }) => network === typed.name);
  const name = join(resolve(given.out), 'pareto', `${typed.name}-${board.name}`);
  const title = `${typed.name} on ${board.title}, ${clockMhz} MHz`;
  const svg = paretoSvg({ title, points, lutLimit: (board.resources.lut * limitPercent) / 100, published });
  const result = {
    network: typed.name,
    board: board.name,
    device: board.part,
    clockMhz,
    limitPercent,
    source: 'estimate',
    points,
    published,
  };
  writeText(`${name}.svg`, svg);
  writeJson(`${name}.json`, result);
  const fitting = points.filter(({ fits, isOnFront }) => fits && isOnFront);
  const fastest = fitting.at(-1);
  return {
    json: { ...result, svg: `${name}.svg` },
    text: [
      frontTable(points),
      `${title}: ${points.length} designs, ${points.filter(({ isOnFront }) => isOnFront).length} on the Pareto ` +
        `front; LUTs are the mapper's estimate, rates its modelled clocks`,
      fastest
        ? `fastest on the front that fits within ${limitPercent} %: ` +
          call(
            'gen',
            `--board ${board.name} --network ${given.network ?? typed.name} --arch ${architecture.name} ` +
              `--fps ${Math.floor(fastest.framesPerSecond)}`,
          )
        : `none fits within ${limitPercent} %`,
      ...published.map(
        (p) =>
          `${p.label}: ${p.framesPerSecond.toLocaleString('en-US')} frames/s, ${p.lut.toLocaleString('en-US')} ` +
          `LUT (${p.source}); not the same LUTs as ours`,
      ),
      `written: ${name}.svg and ${name}.json`,
    ].join('\n'),
    exitCode: 0,
  };
}
