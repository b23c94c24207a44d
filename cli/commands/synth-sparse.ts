// SPDX-License-Identifier: Apache-2.0
/** synth of the sparse architecture: every cell of the engine at its size through Yosys, times how often it stands. */
import { join } from 'node:path';
import { carryBits } from '../../generator/architectures/sparse/design.ts';
import { betweenCells, sparseInstances } from '../../generator/architectures/sparse/instances.ts';
import { openSparse } from '../../generator/architectures/sparse/open-folder.ts';
import { warnOfEdits } from '../../generator/emit/judge.ts';
import { fitWords, usage } from '../../generator/hardware/fit.ts';
import { mergeReports, writeJson, type SynthesisFile } from '../../generator/report/merge.ts';
import { table } from '../../generator/report/tables.ts';
import { synthesiseDesign } from '../../generator/synth/index.ts';
import { nothingMeasured } from './memory-verdict.ts';
import type { DesignOptions } from './prepare.ts';
import type { CommandResult, Console } from './result.ts';
import { prepareSparse } from './sparse.ts';

const tool = `Yosys, cell by cell out of context, not placed or routed; without what is between them in ${betweenCells.join(', ')}`;

export async function synthSparse(options: DesignOptions, out: Console): Promise<CommandResult> {
  const { design } = await prepareSparse(options, out, { lying: true });
  const { board, compiled } = design;
  const folder = openSparse(design, options.out);
  warnOfEdits(folder, out.warn);
  if (folder.memoryFaults.length > 0) return nothingMeasured(folder);
  const started = performance.now();
  const instances = sparseInstances(compiled.shape, carryBits(design));
  const modules = [...new Set(instances.map(({ module }) => module))];
  // Rows by cell: what stands many times is counted many times.
  const synthesised = await synthesiseDesign(
    instances.map((instance) => ({ ...instance, engine: instance.module })),
    folder.path,
    {
      family: board.family,
      onProgress: (p) => out.progress(`Yosys: ${p.done} of ${p.total} cells (${p.name})`),
    },
  );
  const seconds = (performance.now() - started) / 1000;
  const { engines, totals, distinctModules, cached } = synthesised;
  const used = usage(totals, board);
  const file: SynthesisFile = {
    tool,
    engines: { engine: totals, ...Object.fromEntries(engines) },
    totals,
    crossingLevels: null,
    staNotTimed: synthesised.staNotTimed,
    fits: used.fits,
    fitsPercent: Object.fromEntries(
      Object.entries(used.percent).map(([key, value]) => [key, Number(value.toFixed(2))]),
    ),
    sourcesSha256: folder.sourcesSha256,
  };
  writeJson(join(folder.path, 'report', 'synthesis.json'), file);
  const report = mergeReports(folder.path, folder.sourcesSha256);
  const rows = modules.map((module) => {
    const of = engines.get(module)!;
    return [
      module,
      instances.filter((instance) => instance.module === module).length,
      of.lut,
      of.lutRam,
      of.ff,
      of.dsp,
      of.bram36,
      of.uram,
      of.logicLevels,
    ];
  });
  const shares = Object.entries(used.percent).map(([name, value]) => `${name} ${value.toFixed(1)} %`);
  return {
    json: {
      modified: folder.modified,
      distinctModules,
      cached,
      seconds,
      worstPath: synthesised.levels.path,
      staPath: [],
      report,
    },
    text: [
      table(['cell', 'times', 'LUT', 'LUT-RAM', 'FF', 'DSP', 'BRAM36', 'URAM', 'levels'], rows),
      `Yosys LUTs (not Vivado's), ${tool.slice('Yosys, '.length)}: ${totals.lut.toLocaleString('en-US')}, of them LUT-RAM ${totals.lutRam.toLocaleString('en-US')}; FF ${totals.ff.toLocaleString('en-US')}; DSP ${totals.dsp}; BRAM36 ${totals.bram36}; URAM ${totals.uram}; ${shares.join(', ')} of ${board.part}`,
      `deepest register-to-register path within a cell: ${totals.logicLevels} LUT levels (${synthesised.levels.path.join(' > ')})`,
      `${distinctModules} distinct cells, ${cached} from the cache, ${seconds.toFixed(1)} s`,
      fitWords(used),
    ].join('\n'),
    exitCode: used.fits === false ? 1 : 0,
  };
}
