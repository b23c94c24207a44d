// SPDX-License-Identifier: Apache-2.0
/** synth: the files in the output folder through Yosys, instance by instance, out of context. */
import type { Board } from '../../generator/boards/board.ts';
import { nothingMeasured } from './memory-verdict.ts';
import { join } from 'node:path';
import { openFolder } from '../../generator/emit/folder.ts';
import { warnOfEdits } from '../../generator/emit/judge.ts';
import { fitWords, usage, type Usage } from '../../generator/hardware/fit.ts';
import { mergeReports, writeJson, type SynthesisFile } from '../../generator/report/merge.ts';
import { levelLimit, synthesiseDesign, type SynthesisedDesign } from '../../generator/synth/index.ts';
import { prepareFrom, type DesignOptions } from './prepare.ts';
import type { CommandResult, Console } from './result.ts';

/** Where the deepest path is, and whether it is too deep. */
function levelsLine({ levels: { ffToFf, path } }: SynthesisedDesign): string {
  const limit = (ffToFf ?? 0) > levelLimit ? `MORE THAN THE LIMIT OF ${levelLimit}` : `limit ${levelLimit}`;
  return `deepest register-to-register path: ${ffToFf} LUT levels, ${limit} (${path.join(' > ')})`;
}

function delayLine({ totals, staPath, staNotTimed, levels }: SynthesisedDesign, clockMhz: number): string {
  if (totals.staDelayNs === null) return 'delay of the worst path: unknown (Yosys has no delays for this family)';
  const bound = staNotTimed.length > 0 ? `at least (cells without delays: ${staNotTimed.join(' ')}) ` : '';
  const across =
    levels.crossing === null ? '' : `; paths between modules, ${levels.crossing} levels at most, are not in it`;
  return (
    `delay of the worst path: ${bound}${totals.staDelayNs.toFixed(2)} ns, estimate without routing (Yosys sta, ` +
    'within one module), ' +
    `of ${(1000 / clockMhz).toFixed(2)} ns (${staPath.join(' > ')}${across})`
  );
}

/** The sum beside the lines of the parts, where the report has one for all of them. */
function engineFigures({ engines, totals }: SynthesisedDesign, whole: string | undefined): SynthesisFile['engines'] {
  return { ...(whole === undefined ? {} : { [whole]: totals }), ...Object.fromEntries(engines) };
}

/** `lut 12.3 %, ff 4.5 %` */
const sharesOf = ({ percent }: Usage) =>
  Object.entries(percent)
    .map(([name, value]) => `${name} ${value.toFixed(1)} %`)
    .join(', ');

function totalsLine({ totals }: SynthesisedDesign, used: Usage, { part, toolchain }: Board): string {
  const { lut, lutRam, ff, bram36, uram, dsp } = totals;
  const count = (value: number) => value.toLocaleString('en-US');
  const luts = `Yosys LUTs (not ${toolchain.title}'s): ${count(lut)}, of them LUT-RAM ${count(lutRam)}`;
  const others = `FF ${count(ff)}; BRAM36 ${bram36}${uram > 0 ? `; URAM ${uram}` : ''}; DSP ${dsp}`;
  return `${luts}; ${others}; ${sharesOf(used)} of ${part}`;
}

function romLines({ totals: { romBram36, memoryBitsUsed } }: SynthesisedDesign): string[] {
  if (romBram36 === 0) return [];
  const used = ((100 * memoryBitsUsed) / (romBram36 * 36 * 1024)).toFixed(1);
  return [`block RAM that holds weights and thresholds: ${romBram36} BRAM36, ${used} % of its bits used`];
}

export async function synth(options: DesignOptions, out: Console): Promise<CommandResult> {
  const { design, request } = await prepareFrom(options, out.warn);
  const { architecture } = design;
  const { board, clockMhz } = design.options;
  const folder = openFolder(design, request, options.out);
  warnOfEdits(folder, out.warn);
  if (folder.memoryFaults.length > 0) return nothingMeasured(folder);
  const started = performance.now();
  const { instances, whole, between } = architecture.instances(design);
  const synthesised = await synthesiseDesign(instances, folder.path, {
    target: board.toolchain.synthesis(board.family),
    onProgress: (p) => out.progress(`Yosys: ${p.done} of ${p.total} distinct modules (${p.name})`),
  });
  const seconds = (performance.now() - started) / 1000;
  const { totals, distinctModules, cached } = synthesised;
  const used = usage(totals, board);
  const without = between.length > 0 ? `; without what is between cells in ${between.join(', ')}` : '';
  const file: SynthesisFile = {
    tool: `Yosys, out of context, not placed or routed${without}`,
    engines: engineFigures(synthesised, whole),
    totals,
    crossingLevels: between.length > 0 ? null : synthesised.levels.crossing,
    staNotTimed: synthesised.staNotTimed,
    fits: used.fits,
    fitsPercent: Object.fromEntries(
      Object.entries(used.percent).map(([key, value]) => [key, Number(value.toFixed(2))]),
    ),
    sourcesSha256: folder.sourcesSha256,
  };
  writeJson(join(folder.path, 'report', 'synthesis.json'), file);
  const report = mergeReports(folder.path, folder.sourcesSha256);
  const levels = levelsLine(synthesised);
  if ((totals.logicLevels ?? 0) > levelLimit) out.warn(levels);
  const compared = await architecture.compare?.(design, folder.path, totals.lut, request, out.progress);
  return {
    json: {
      modified: folder.modified,
      distinctModules,
      cached,
      seconds,
      worstPath: synthesised.levels.path,
      staPath: synthesised.staPath,
      ...compared?.json,
      report,
    },
    text: [
      architecture.synthesisTable(design, synthesised),
      totalsLine(synthesised, used, board),
      ...romLines(synthesised),
      ...(between.length > 0 ? [`cell by cell${without}`] : []),
      levels,
      delayLine(synthesised, clockMhz),
      `${distinctModules} distinct modules, ${cached} from the cache, ${seconds.toFixed(1)} s`,
      fitWords(used),
      ...(compared ? [compared.text] : []),
    ].join('\n'),
    exitCode: used.fits === false ? 1 : 0,
  };
}
