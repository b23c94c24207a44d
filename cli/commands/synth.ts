// SPDX-License-Identifier: Apache-2.0
/** synth: the files in the output folder through Yosys, instance by instance, out of context. */
import { join } from 'node:path';
import { openFolder } from '../../generator/emit/folder.ts';
import { warnOfEdits } from '../../generator/emit/judge.ts';
import { instancesOf } from '../../generator/stream-top/instances.ts';
import { fitWords, usage } from '../../generator/hardware/fit.ts';
import type { Design } from '../../generator/pipeline.ts';
import { mergeReports, writeJson, type SynthesisFile } from '../../generator/report/merge.ts';
import { table } from '../../generator/report/tables.ts';
import { levelLimit, synthesiseDesign, type SynthesisedDesign } from '../../generator/synth/index.ts';
import { compareUnshared } from './compare-unshared.ts';
import { nothingMeasured } from './memory-verdict.ts';
import { isSparse, prepareFrom, type DesignOptions } from './prepare.ts';
import type { CommandResult, Console } from './result.ts';
import { synthSparse } from './synth-sparse.ts';

/** Estimate against synthesis, per engine. */
function comparison(design: Design, { engines }: SynthesisedDesign): string {
  const rows = design.placement.engines.map((engine) => {
    const got = engines.get(engine.name)!;
    const share = engine.lanes > 0 ? (got.lut / engine.lanes).toFixed(2) : '-';
    const delay = got.staDelayNs === null ? null : got.staDelayNs.toFixed(2);
    return [
      engine.name,
      engine.title,
      engine.lanes || '-',
      engine.estimate.lut,
      got.lut,
      got.lutRam,
      share,
      got.ff,
      engine.estimate.bram36,
      got.bram36,
      got.dsp,
      got.logicLevels,
      delay,
    ];
  });
  return table(
    [
      'layer',
      'kind',
      'lanes',
      'LUT est.',
      'LUT',
      'LUT-RAM',
      'LUT/lane',
      'FF',
      'BRAM36 est.',
      'BRAM36',
      'DSP',
      'levels',
      'sta ns',
    ],
    rows,
  );
}

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
    `delay of the worst path: ${bound}${totals.staDelayNs.toFixed(2)} ns, estimate without routing (Yosys sta, within one module), ` +
    `of ${(1000 / clockMhz).toFixed(2)} ns (${staPath.join(' > ')}${across})`
  );
}

export async function synth(options: DesignOptions, out: Console): Promise<CommandResult> {
  if (isSparse(options)) return synthSparse(options, out);
  const { design, request } = await prepareFrom(options, out.warn);
  const { board, clockMhz } = design.options;
  const folder = openFolder(design, request, options.out);
  warnOfEdits(folder, out.warn);
  if (folder.memoryFaults.length > 0) return nothingMeasured(folder);
  const started = performance.now();
  const synthesised = await synthesiseDesign(instancesOf(design), folder.path, {
    family: board.family,
    onProgress: (p) => out.progress(`Yosys: ${p.done} of ${p.total} distinct modules (${p.name})`),
  });
  const seconds = (performance.now() - started) / 1000;
  const { totals, distinctModules, cached } = synthesised;
  const used = usage(totals, board);
  const file: SynthesisFile = {
    tool: 'Yosys, out of context, not placed or routed',
    engines: Object.fromEntries(synthesised.engines),
    totals,
    crossingLevels: synthesised.levels.crossing,
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
  const shares = Object.entries(used.percent).map(([name, value]) => `${name} ${value.toFixed(1)} %`);
  const compared = design.options.array?.unshared
    ? await compareUnshared(design, folder.path, totals.lut, request, out)
    : undefined;
  const romShare = totals.romBram36 > 0 ? (100 * totals.memoryBitsUsed) / (totals.romBram36 * 36 * 1024) : null;
  return {
    json: {
      modified: folder.modified,
      distinctModules,
      cached,
      seconds,
      worstPath: synthesised.levels.path,
      staPath: synthesised.staPath,
      ...(compared ? { comparison: compared.comparison } : {}),
      report,
    },
    text: [
      comparison(design, synthesised),
      `Yosys LUTs (not Vivado's): ${totals.lut.toLocaleString('en-US')}, of them LUT-RAM ${totals.lutRam}; FF ${totals.ff.toLocaleString('en-US')}; BRAM36 ${totals.bram36}; DSP ${totals.dsp}; ${shares.join(', ')} of ${board.part}`,
      ...(romShare === null
        ? []
        : [
            `block RAM that holds weights and thresholds: ${totals.romBram36} BRAM36, ${romShare.toFixed(1)} % of its bits used`,
          ]),
      levels,
      delayLine(synthesised, clockMhz),
      `${distinctModules} distinct modules, ${cached} from the cache, ${seconds.toFixed(1)} s`,
      fitWords(used),
      ...(compared ? [compared.text] : []),
    ].join('\n'),
    exitCode: used.fits === false ? 1 : 0,
  };
}
